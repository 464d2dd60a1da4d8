using System.Globalization;
using System.Text;
using Wcwidth;

namespace OrderGrpc.CliShell;

/// <summary>How many columns of a terminal a text takes: letters of Chinese and Korean, and emoji, take two, accents none.</summary>
public static class CellWidth
{
    private const int ZeroWidthJoiner = 0x200d;
    private const int EmojiStyle = 0xfe0f;

    /// <summary>The columns of the text.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        var width = 0;
        for (var rest = text; !rest.IsEmpty;)
        {
            var length = StringInfo.GetNextTextElementLength(rest);
            width += OfElement(rest[..length]);
            rest = rest[length..];
        }

        return width;
    }

    /// <summary>The longest beginning that takes no more columns than that, of whole characters as people count them.</summary>
    public static int LengthWithin(ReadOnlySpan<char> text, int columns)
    {
        var (at, width) = (0, 0);
        while (at < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text[at..]);
            width += OfElement(text.Slice(at, length));
            if (width > columns)
            {
                break;
            }

            at += length;
        }

        return at;
    }

    // One character as people count them. An emoji that is joined of several, or styled as one, is
    // drawn as one; letters stand beside each other.
    private static int OfElement(ReadOnlySpan<char> element)
    {
        var (sum, emoji, first) = (0, false, true);
        foreach (var rune in element.EnumerateRunes())
        {
            emoji |= !first && (rune.Value is EmojiStyle or (>= 0x1f3fb and <= 0x1f3ff) or (>= 0x1f1e6 and <= 0x1f1ff));
            emoji |= rune.Value == ZeroWidthJoiner && sum == 2;
            sum += Math.Max(0, UnicodeCalculator.GetWidth(rune.Value));
            first = false;
        }

        return emoji ? 2 : sum;
    }
}
