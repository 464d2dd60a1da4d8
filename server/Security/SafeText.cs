using System.Globalization;
using System.Text;
using OrderGrpc.Contract;

namespace OrderGrpc.Server.Security;

/// <summary>Text of other people made fit for a log line or a terminal.</summary>
public static class SafeText
{
    /// <summary>
    /// The text on one line, at most 200 characters of it: what controls a terminal, turns the
    /// direction of writing, or cannot be seen is written as \u{1B}, a backslash as two.
    /// </summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder();
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++length > SecurityLogLimits.LoggedTextLength)
            {
                return safe.Append('…').ToString();
            }

            if (rune.Value == '\\')
            {
                safe.Append(@"\\");
            }
            else if (IsVisible(rune))
            {
                safe.Append(rune.ToString());
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $@"\u{{{rune.Value:X}}}");
            }
        }

        return safe.ToString();
    }

    // Stricter than what is shown to people: a log has no other spaces than one, and no signs that fonts make up.
    private static bool IsVisible(Rune rune) => rune.Value == ' ' || (VisibleText.IsVisible(rune) && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.PrivateUse or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned));
}
