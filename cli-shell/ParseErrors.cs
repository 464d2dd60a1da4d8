using System.CommandLine;
using System.CommandLine.Parsing;
using OrderGrpc.Contract;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell;

/// <summary>
/// What is wrong with a command line, in the tool's words and language: the parser's own are only
/// partly translated. A word that is not known is answered with the nearest that is, and what there is.
/// </summary>
public static class ParseErrors
{
    /// <summary>The messages, the most telling alone where it explains the others.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed, Shell shell)
    {
        var texts = shell.Texts;
        var command = parsed.CommandResult.Command;
        if (WithoutValue(parsed) is { } option)
        {
            return [texts.Format(Text.OptionNeedsValue, option.Name)];
        }

        // A word that is not known makes others seem missing or too many: it alone is worth telling.
        return parsed.UnmatchedTokens is [var word, ..]
            ? [Unknown(word, command, shell)]
            : [.. Missing(parsed, texts).Concat(parsed.Errors.Select(error => Message(error, texts))).OfType<string>().Distinct()];
    }

    // The parser takes what follows for the value, also the next option.
    private static Option? WithoutValue(ParseResult parsed) => Results(parsed).FirstOrDefault(result =>
        result.Option.Arity.MinimumNumberOfValues > 0 && !result.Implicit
        && (result.Tokens.Count == 0 || result.Tokens.Any(token => Options(parsed.CommandResult).Any(known => known.Name == token.Value))))?.Option;

    private static IEnumerable<string> Missing(ParseResult parsed, Texts texts) =>
        parsed.CommandResult.Command.Options
            .Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true })
            .Select(option => texts.Format(Text.OptionRequired, option.Name))
            .Concat(parsed.CommandResult.Command.Arguments
                .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 })
                .Select(argument => texts.Format(Text.ArgumentMissing, argument.HelpName ?? argument.Name)));

    // Those of the parser are told by Missing and here; the others are our own options' words.
    private static string? Message(ParseError error, Texts texts) => error.SymbolResult switch
    {
        CommandResult => null,
        ArgumentResult { Tokens.Count: 0 } or OptionResult { Tokens.Count: 0 } => null,
        OptionResult result when result.Tokens.Count > result.Option.Arity.MaximumNumberOfValues => texts.Format(Text.OptionOnce, result.Option.Name),
        _ => error.Message,
    };

    private static string Unknown(string word, Command command, Shell shell)
    {
        var texts = shell.Texts;
        var isOption = word.StartsWith('-');
        string[] known = isOption
            ? [.. Options(command).Select(option => option.Name)]
            : [.. command.Subcommands.Where(inner => !inner.Hidden).Select(inner => inner.Name)];
        if (known.Contains(word.Split('=')[0]))
        {
            // It was typed before the command that has it.
            return texts.Format(Text.OptionTooEarly, word, Cli.LineOf(command));
        }

        if (CommandLines.All.FirstOrDefault(line => line == $"{command.Name} {word}") is { } ofOther)
        {
            return texts.Format(Text.CommandOfOther, ofOther, Shell.ToolOf(shell.Role == V1.Role.Client ? V1.Role.Supplier : V1.Role.Client));
        }

        var message = isOption ? texts.Format(Text.UnknownOption, word)
            : known.Length > 0 ? texts.Format(Text.UnknownCommand, word, string.Join(", ", known))
            : texts.Format(Text.UnexpectedWord, word);
        return Nearest(word, known) is { } nearest ? $"{message} {texts.Format(Text.DidYouMean, nearest)}" : message;
    }

    /// <summary>The known word that this one was probably to be: at most a third of it differs.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known) => known
        .Select(name => (Name: name, Distance: Distance(word, name)))
        .Where(near => near.Distance <= Math.Max(1, near.Name.TrimStart('-').Length / 3) || (word.Length > 2 && near.Name.StartsWith(word, StringComparison.Ordinal)))
        .OrderBy(near => near.Distance)
        .Select(near => near.Name)
        .FirstOrDefault();

    // Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }

    private static IEnumerable<OptionResult> Results(ParseResult parsed) =>
        Options(parsed.CommandResult).Select(parsed.GetResult).OfType<OptionResult>();

    private static IEnumerable<Option> Options(CommandResult result) => Options(result.Command);

    private static IEnumerable<Option> Options(Command command)
    {
        for (Symbol? at = command; at is Command owner; at = owner.Parents.FirstOrDefault())
        {
            foreach (var option in owner.Options.Where(option => !option.Hidden && (at == command || option.Recursive)))
            {
                yield return option;
            }
        }
    }
}
