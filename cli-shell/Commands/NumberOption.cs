using System.CommandLine;
using System.Globalization;

namespace OrderGrpc.CliShell.Commands;

/// <summary>Options whose value is a whole number within limits.</summary>
public static class NumberOption
{
    /// <summary>Makes an option that is null where it is not given.</summary>
    public static Option<long?> Make(Texts texts, string name, string valueName, long smallest, long largest = long.MaxValue) => new(name)
    {
        Description = texts.Help(name),
        HelpName = valueName,
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= smallest
                && number <= largest)
            {
                return number;
            }

            result.AddError(texts.Format(Text.BadNumber, name, result.Tokens[0].Value, smallest, largest));
            return null;
        },
    };
}
