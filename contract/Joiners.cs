using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrderGrpc.Contract;

/// <summary>
/// The invisible characters that belong to real words and to emoji, each where its neighbours make
/// something of it that can be seen; anywhere else it would hide. For letters the rules are those of
/// domain names (RFC 5892, appendix A), which were made against the same deceit.
/// </summary>
internal static class Joiners
{
    private const int NonJoiner = 0x200c;
    private const int Joiner = 0x200d;
    private const int TextStyle = 0xfe0e;
    private const int EmojiStyle = 0xfe0f;
    private const int Keycap = 0x20e3;

    // The sign that takes a letter's vowel, of the scripts from Devanagari to Sinhala.
    private static readonly SearchValues<char> Viramas = SearchValues.Create("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca");

    // Arabic letters that do not join the one after them: after these a non-joiner changes nothing.
    private static readonly SearchValues<char> NotJoining = SearchValues.Create(
        "\u0621\u0622\u0623\u0624\u0625\u0627\u0629\u062f\u0630\u0631\u0632\u0648\u0671\u0672\u0673\u0674\u0675\u0676\u0677"
        + "\u0688\u0689\u068a\u068b\u068c\u068d\u068e\u068f\u0690\u0691\u0692\u0693\u0694\u0695\u0696\u0697\u0698\u0699"
        + "\u06c0\u06c3\u06c4\u06c5\u06c6\u06c7\u06c8\u06c9\u06ca\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef");

    /// <summary>Whether the character there joins or styles what stands beside it.</summary>
    public static bool JoinsAt(string text, int at) => (int)text[at] switch
    {
        NonJoiner => IsAtVirama(text, at) || PartsArabic(text, at),
        Joiner => IsAtVirama(text, at) || (IsEmoji(Before(text, at)) && IsEmoji(After(text, at))),
        TextStyle or EmojiStyle => IsStyled(Before(text, at)) || IsKeycap(text, at),
        _ => false,
    };

    private static bool IsAtVirama(string text, int at) =>
        at > 0 && ((Viramas.Contains(text[at - 1]) && at > 1 && char.IsLetter(text[at - 2]))
            || (at + 1 < text.Length && Viramas.Contains(text[at + 1]) && char.IsLetter(text[at - 1])));

    private static bool PartsArabic(string text, int at)
    {
        var (before, after) = (at - 1, at + 1);
        while (before >= 0 && IsMark(text[before]))
        {
            before--;
        }

        while (after < text.Length && IsMark(text[after]))
        {
            after++;
        }

        return before >= 0 && after < text.Length && IsArabic(text[before]) && IsArabic(text[after]) && !NotJoining.Contains(text[before]);
    }

    private static bool IsArabic(char letter) => letter is >= '\u0620' and <= '\u06ff' && char.IsLetter(letter);

    private static bool IsMark(char mark) => char.GetUnicodeCategory(mark) == UnicodeCategory.NonSpacingMark;

    // A digit, # or * in a frame.
    private static bool IsKeycap(string text, int at) =>
        at > 0 && (char.IsAsciiDigit(text[at - 1]) || text[at - 1] is '#' or '*') && at + 1 < text.Length && text[at + 1] == Keycap;

    // What has both a plain and a coloured form. One selector each: a second would be a text of its own.
    private static bool IsStyled(Rune rune) =>
        rune.Value is 0x203c or 0x2049 or 0x2139 or 0x3030 or 0x303d || (rune.Value >= 0xa9
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol);

    private static bool IsEmoji(Rune rune) =>
        rune.Value is (>= 0x2600 and <= 0x27bf) or (>= 0x1f300 and <= 0x1faff) or 0x2194 or 0x2195 or 0x2b1b or 0x2b1c
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.ModifierSymbol;

    // The character before, past the style of an emoji; U+FFFD for none.
    private static Rune Before(string text, int at)
    {
        var end = at > 0 && text[at] == Joiner && text[at - 1] == EmojiStyle ? at - 1 : at;
        return Rune.DecodeLastFromUtf16(text.AsSpan(0, end), out var rune, out _) == OperationStatus.Done ? rune : Rune.ReplacementChar;
    }

    private static Rune After(string text, int at) =>
        Rune.DecodeFromUtf16(text.AsSpan(at + 1), out var rune, out _) == OperationStatus.Done ? rune : Rune.ReplacementChar;
}
