using System.CommandLine;
using System.Globalization;

namespace OrderGrpc.CliShell.Commands;

/// <summary>The ID behind a verb: a whole number from 1.</summary>
public static class OrderIdArgument
{
    /// <summary>Makes the argument.</summary>
    public static Argument<long> Make(Texts texts) => new("ID")
    {
        Description = texts.Help("ID"),
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var id))
            {
                return id;
            }

            result.AddError(texts.Format(Text.BadOrderId, result.Tokens[0].Value));
            return 0;
        },
    };

    /// <summary>Reads an order id.</summary>
    public static bool TryParse(string text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;
}
