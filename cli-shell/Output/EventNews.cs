using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What the other party has decided, for who has an inbox open: told as it happens.</summary>
public static class EventNews
{
    /// <summary>One line, with the reason where there is one; null for what is no decision, or the reader's own.</summary>
    public static string? Of(Texts texts, OrderEvent happened, Role reader)
    {
        if (happened.Actor?.Role == reader || Decision(happened.EventCase) is not { } text)
        {
            return null;
        }

        var (line, reason) = (texts.Format(text, happened.OrderId), EventReason.Of(happened));
        return reason.Length == 0 ? line : texts.Format(Text.NewsReason, line, reason);
    }

    private static Text? Decision(OrderEvent.EventOneofCase happened) => happened switch
    {
        OrderEvent.EventOneofCase.OrderApproved => Text.NewsOrderApproved,
        OrderEvent.EventOneofCase.OrderRejected => Text.NewsOrderRejected,
        OrderEvent.EventOneofCase.QuoteWithheld => Text.NewsQuoteWithheld,
        OrderEvent.EventOneofCase.QuoteAccepted => Text.NewsQuoteAccepted,
        OrderEvent.EventOneofCase.QuoteDeclined => Text.NewsQuoteDeclined,
        OrderEvent.EventOneofCase.QuoteRevisionRequested => Text.NewsQuoteRevisionRequested,
        OrderEvent.EventOneofCase.RealizationApproved => Text.NewsRealizationApproved,
        OrderEvent.EventOneofCase.RealizationRejected => Text.NewsRealizationRejected,
        OrderEvent.EventOneofCase.OrderCancelled => Text.NewsOrderCancelled,
        _ => null,
    };
}
