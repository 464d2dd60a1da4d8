namespace OrderGrpc.CliShell;

/// <summary>Text made to fit into columns, at its blanks.</summary>
public static class TextFlow
{
    /// <summary>What stands where something was cut off.</summary>
    public const string Ellipsis = "…";

    /// <summary>
    /// The text, or its beginning up to a blank (or another mark) with an ellipsis behind it. Only a
    /// first word that is itself too wide is cut inside.
    /// </summary>
    public static string Cut(string text, int columns, string breakAt = " ")
    {
        if (CellWidth.Of(text) <= columns)
        {
            return text;
        }

        var fits = CellWidth.LengthWithin(text, columns - 1);
        var end = text.AsSpan(0, Math.Min(text.Length, fits + breakAt.Length)).LastIndexOf(breakAt);
        var kept = end <= 0 ? text[..fits] : text[..end];
        return kept.TrimEnd(' ', ',', ';') + Ellipsis;
    }

    /// <summary>The text on as many lines as it needs; each begins with a word.</summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        foreach (var paragraph in text.Split('\n'))
        {
            var rest = paragraph;
            while (CellWidth.Of(rest) > columns)
            {
                var fits = Math.Max(1, CellWidth.LengthWithin(rest, columns));
                var end = rest[fits] == ' ' ? fits : rest.LastIndexOf(' ', fits - 1);
                end = end <= 0 ? fits : end;
                yield return rest[..end].TrimEnd(' ');
                rest = rest[end..].TrimStart(' ');
            }

            yield return rest.TrimEnd(' ');
        }
    }

    /// <summary>The text behind a margin: its first line has the one, all others the blanks under it.</summary>
    public static string Hang(string margin, string text, int columns)
    {
        var left = CellWidth.Of(margin);
        var lines = Wrap(text, Math.Max(columns - left, Math.Min(columns, 20)));
        return string.Join('\n', lines.Select((line, i) => ((i == 0 ? margin : new string(' ', left)) + line).TrimEnd(' ')));
    }
}
