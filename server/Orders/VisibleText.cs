using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// What can be seen of a text. The rest is escaped wherever it would deceive: a mark that turns the
/// direction of writing makes an amount read backwards, and what has no width hides in a name.
/// </summary>
public static class VisibleText
{
    // Letters, marks and signs of Unicode that are drawn as nothing.
    private static readonly SearchValues<char> Blank = SearchValues.Create(
        "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0");

    /// <summary>Whether the character can be seen; a space can.</summary>
    public static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && !(rune.IsBmp && Blank.Contains((char)rune.Value))
        && !IsSelector(rune.Value);

    /// <summary>The text with what cannot be seen as \u202e or \U000e0041, as the command lines show it.</summary>
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsVisible(rune))
            {
                visible.Append(rune.ToString());
            }
            else
            {
                visible.Append(rune.IsBmp ? @"\u" : @"\U").Append(rune.Value.ToString(rune.IsBmp ? "x4" : "x8", CultureInfo.InvariantCulture));
            }
        }

        return visible.ToString();
    }

    // Variation selectors can carry a text of their own; the two that say how an emoji looks cannot.
    private static bool IsSelector(int value) => value is (>= 0xfe00 and <= 0xfe0d) or (>= 0xe0100 and <= 0xe01ef);
}
