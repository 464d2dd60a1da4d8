namespace OrderGrpc.CliShell;

/// <summary>A value as one word of a command line that is told to type.</summary>
public static class ShellWord
{
    private const string Plain = "-_./:,@%+=~";

    /// <summary>As it is, or in quotes where a shell would make something else of it.</summary>
    public static string Of(string value) =>
        value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? value
            : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
