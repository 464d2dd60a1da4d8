using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What the other party has decided, for who has an inbox open: told as it happens.</summary>
public static class EventNews
{
    /// <summary>One line, with the reason where there is one; null for what is no decision, or the reader's own.</summary>
    public static string? Of(Texts texts, OrderEvent happened, Role reader)
    {
        if (happened.Actor?.Role == reader || Decision(happened) is not (var text, var reason))
        {
            return null;
        }

        var line = texts.Format(text, happened.OrderId);
        return reason.Length == 0 ? line : texts.Format(Text.NewsReason, line, reason);
    }

    private static (Text Text, string Reason)? Decision(OrderEvent happened) => happened.EventCase switch
    {
        OrderEvent.EventOneofCase.OrderApproved => (Text.NewsOrderApproved, ""),
        OrderEvent.EventOneofCase.OrderRejected => (Text.NewsOrderRejected, happened.OrderRejected.Reason),
        OrderEvent.EventOneofCase.QuoteWithheld => (Text.NewsQuoteWithheld, happened.QuoteWithheld.Reason),
        OrderEvent.EventOneofCase.QuoteAccepted => (Text.NewsQuoteAccepted, ""),
        OrderEvent.EventOneofCase.QuoteDeclined => (Text.NewsQuoteDeclined, happened.QuoteDeclined.Reason),
        OrderEvent.EventOneofCase.QuoteRevisionRequested => (Text.NewsQuoteRevisionRequested, happened.QuoteRevisionRequested.Reason),
        OrderEvent.EventOneofCase.RealizationApproved => (Text.NewsRealizationApproved, ""),
        OrderEvent.EventOneofCase.RealizationRejected => (Text.NewsRealizationRejected, happened.RealizationRejected.Reason),
        OrderEvent.EventOneofCase.OrderCancelled => (Text.NewsOrderCancelled, happened.OrderCancelled.Reason),
        _ => null,
    };
}
