using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrderGrpc.CliShell;

/// <summary>
/// Makes text safe to show. Text from other people could otherwise move the cursor, recolour or
/// retitle a terminal, or read differently from what it is. What is shown as an escape:
/// control characters (C0, C1, ESC), format characters (bidirectional overrides and isolates,
/// zero-width ones), line and paragraph separators, other invisible characters, and halves of
/// surrogate pairs.
/// </summary>
public static class TerminalText
{
    // Invisible, though Unicode does not count them as format characters.
    private static readonly SearchValues<char> Invisible = SearchValues.Create(
        "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufff9\ufffa\ufffb");

    /// <summary>For one line: line feeds are escaped as well.</summary>
    public static string Line(string text) => Escape(text, allowLineFeeds: false);

    /// <summary>For text of several lines: line feeds stay, carriage returns do not.</summary>
    public static string Block(string text) => Escape(text, allowLineFeeds: true);

    private static string Escape(string text, bool allowLineFeeds)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length;)
        {
            // For half of a pair the rune is U+FFFD and one character is taken: it is escaped as it was.
            var whole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var taken) == OperationStatus.Done;
            if (whole && IsVisible(rune, allowLineFeeds))
            {
                escaped?.Append(text, i, taken);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                var format = taken == 1 ? $"\\u{(int)text[i]:x4}" : $"\\U{rune.Value:x8}";
                escaped.Append(format);
            }

            i += taken;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsVisible(Rune rune, bool allowLineFeeds)
    {
        if (rune.Value == '\n')
        {
            return allowLineFeeds;
        }

        return Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or
                UnicodeCategory.Format or
                UnicodeCategory.LineSeparator or
                UnicodeCategory.ParagraphSeparator or
                UnicodeCategory.Surrogate)
            && !(rune.IsBmp && Invisible.Contains((char)rune.Value))
            // Variation selectors, which can carry a text of their own, but for the two that say how an emoji looks.
            && rune.Value is not ((>= 0xfe00 and <= 0xfe0d) or (>= 0xe0100 and <= 0xe01ef));
    }
}
