using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrderGrpc.Contract;

/// <summary>
/// What can be seen of a text, one rule for the server and the tools. The rest is escaped as \u202e
/// or \U000e0041 wherever it would deceive: a control character moves a terminal's cursor, a mark
/// that turns the direction of writing makes an amount read backwards, and what has no width hides in
/// a name. What real words and emoji are joined with is shown as it is, where it joins something.
/// </summary>
public static class VisibleText
{
    /// <summary>
    /// The text on one line. Reads as nothing but what it is: backslashes that would look like an
    /// escape are doubled, so a typed \u202e is shown as \\u202e.
    /// </summary>
    public static string Line(string text) => Write(text, Form.Line);

    /// <summary>The same of text of several lines: line feeds stay, carriage returns do not.</summary>
    public static string Block(string text) => Write(text, Form.Line | Form.LineFeeds);

    /// <summary>
    /// The same of one value among others on a page: of a run of spaces, and at the start, where one
    /// stands before it already, all but the first are escaped. So no value can draw another field
    /// where a page ends a line.
    /// </summary>
    public static string Value(string text) => Write(text, Form.Line | Form.Spaces);

    /// <summary>
    /// Text of several lines whose writer has escaped it already, as a quote's document or JSON:
    /// what is invisible all the same is escaped, and backslashes stay as they are.
    /// </summary>
    public static string OfEscaped(string text) => Write(text, Form.LineFeeds);

    /// <summary>Whether the character can be seen, wherever it stands; a space can.</summary>
    public static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && !Ignorable.Contains(rune.Value);

    private static string Write(string text, Form form)
    {
        StringBuilder? written = null;
        var afterSpace = true;
        for (var i = 0; i < text.Length;)
        {
            // For half of a pair the rune is U+FFFD and one character is taken: it is escaped as it was.
            var whole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var taken) == OperationStatus.Done;
            var isSpace = Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;
            if (rune.Value == '\\' && form.HasFlag(Form.Line))
            {
                taken = text.AsSpan(i).IndexOfAnyExcept('\\') is var length and >= 0 ? length : text.Length - i;
                written?.Append(text, i, taken);
                if (LooksLikeEscape(text.AsSpan(i + taken)) || (i + taken < text.Length && !IsShown(text, i + taken, form, afterSpace: false)))
                {
                    (written ??= new StringBuilder(text, 0, i + taken, text.Length + 16)).Append('\\', taken);
                }
            }
            else if (whole && IsShown(text, i, form, afterSpace))
            {
                written?.Append(text, i, taken);
            }
            else
            {
                written ??= new StringBuilder(text, 0, i, text.Length + 16);
                written.Append(taken == 1 ? $"\\u{(int)text[i]:x4}" : $"\\U{rune.Value:x8}");
            }

            afterSpace = isSpace;
            i += taken;
        }

        return written?.ToString() ?? text;
    }

    private static bool IsShown(string text, int at, Form form, bool afterSpace)
    {
        if (text[at] == '\n')
        {
            return form.HasFlag(Form.LineFeeds);
        }

        if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _) != OperationStatus.Done)
        {
            return false;
        }

        if (form.HasFlag(Form.Spaces) && afterSpace && Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator)
        {
            return false;
        }

        return IsVisible(rune) || Joiners.JoinsAt(text, at);
    }

    // \u and four hex digits, or \U and eight; the backslash is before the text.
    private static bool LooksLikeEscape(ReadOnlySpan<char> text)
    {
        var digits = text.IsEmpty ? 0 : text[0] switch { 'u' => 4, 'U' => 8, _ => 0 };
        return digits > 0 && text.Length > digits && !text.Slice(1, digits).ContainsAnyExcept(HexDigits);
    }

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    [Flags]
    private enum Form
    {
        Line = 1,
        LineFeeds = 2,
        Spaces = 4,
    }
}
