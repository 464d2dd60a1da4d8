using OrderGrpc.V1;

namespace OrderGrpc.Contract;

/// <summary>What each command is called on the command lines: a noun, then a verb, as its name has them the other way round.</summary>
public static class CommandLines
{
    private static readonly string[] Nouns = ["Order", "Quote", "Realization"];

    private static readonly Dictionary<Command, string> ByCommand = Enum.GetValues<Command>().Where(command => command != Command.Unspecified).ToDictionary(
        command => command, command => command == Command.RequestQuoteRevision ? "quote revise" : LineOf(command.ToString()));

    /// <summary>Such as "quote approve"; null for a command that is newer than this program.</summary>
    public static string? Of(Command command) => ByCommand.GetValueOrDefault(command);

    /// <summary>Of all commands, whoever's.</summary>
    public static IEnumerable<string> All => ByCommand.Values;

    private static string LineOf(string command)
    {
        var noun = Nouns.Single(noun => command.EndsWith(noun, StringComparison.Ordinal));
        return $"{noun} {command[..^noun.Length]}".ToLowerInvariant();
    }
}
