using System.Text.RegularExpressions;

namespace OrderGrpc.CliShell;

/// <summary>A value as one word of a shell, in a command that is told to be typed.</summary>
internal static partial class ShellWord
{
    /// <summary>As it is where no shell makes anything of it, else in single quotes.</summary>
    public static string Of(string value) =>
        Harmless().IsMatch(value) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z0-9_./:@%+,\\-\\[\\]]+\\z")]
    private static partial Regex Harmless();
}
