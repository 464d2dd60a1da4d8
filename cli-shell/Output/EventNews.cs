using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What the other party has decided, for who has an inbox open: told as it happens.</summary>
public static class EventNews
{
    /// <summary>One line, with the reason where there is one; null for what has no NEWS_ text, as it is no decision, or is the reader's own.</summary>
    public static string? Of(Texts texts, OrderEvent happened, Role reader)
    {
        if (happened.Actor?.Role == reader || texts.Name("NEWS_" + happened.EventCase) is not { } text)
        {
            return null;
        }

        var (line, reason) = (string.Format(CultureInfo.InvariantCulture, text, happened.OrderId), EventReason.Of(happened));
        return reason.Length == 0 ? line : texts.Format(Text.NewsReason, line, reason);
    }
}
