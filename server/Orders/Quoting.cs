using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>A quote's way from the supplier, who sends it, to the client, who accepts it.</summary>
public static class Quoting
{
    /// <summary>The supplier's ApproveQuote: freezes the quote.</summary>
    public static Decision Send(Order order, DateTimeOffset now) =>
        IsPast(order.Quote.ValidUntil, now) ? Expired(order) : new OrderEvent
        {
            QuoteSent = new()
            {
                QuoteRevision = order.Quote.Revision,
                Digest = QuoteDocument.Digest(QuoteDocument.Render(order)),
                Total = order.Quote.Total,
            },
        };

    /// <summary>What the client's ApproveQuote must name.</summary>
    public static void CheckAccepted(RequestRules rules, ClientServiceApproveQuoteRequest request)
    {
        rules.Positive("quote_revision", request.QuoteRevision);
        rules.Digest("digest", request.Digest);
    }

    /// <summary>The client's ApproveQuote: of the quote that was seen, and in its time.</summary>
    public static Decision Accept(Order order, ClientServiceApproveQuoteRequest request, DateTimeOffset now)
    {
        var quote = order.Quote;
        if (request.QuoteRevision != quote.Revision || request.Digest != quote.Digest)
        {
            return new Refusal(ErrorReason.QuoteChanged,
                ("order_id", $"{order.Id}"), ("quote_revision", $"{quote.Revision}"), ("digest", quote.Digest));
        }

        return IsPast(quote.ValidUntil, now) ? Expired(order) : new OrderEvent
        {
            QuoteAccepted = new() { QuoteRevision = quote.Revision, Digest = quote.Digest },
        };
    }

    /// <summary>Whether there is an end and it has come.</summary>
    public static bool IsPast(Timestamp? until, DateTimeOffset now) => until?.ToDateTimeOffset() <= now;

    private static Refusal Expired(Order order) => new(ErrorReason.QuoteExpired,
        ("order_id", $"{order.Id}"),
        ("quote_revision", $"{order.Quote.Revision}"),
        ("valid_until", order.Quote.ValidUntil.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
}
