namespace OrderGrpc.CliShell;

/// <summary>Decimals as a language writes them.</summary>
internal static class DecimalText
{
    /// <summary>With a point, as the contract has it. In French a comma is one; in English it parts thousands, and is refused.</summary>
    public static string WithPoint(string text, Language language) =>
        language == Language.Fr && !text.Contains('.', StringComparison.Ordinal) && text.Count(c => c == ',') == 1
            ? text.Replace(',', '.')
            : text;
}
