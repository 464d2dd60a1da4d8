using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>DraftQuote: what it may offer, and what it comes to.</summary>
public static class Drafting
{
    public static void Check(RequestRules rules, DraftQuoteRequest request)
    {
        rules.Lines("lines", request.Lines, line =>
        {
            rules.Text("description", line.Description, ContractLimits.DescriptionLength, required: true);
            rules.Quantity("quantity", line.Quantity);
            rules.UnitPrice("unit_price", line.UnitPrice);
        }, required: true);
        rules.Time("valid_until", request.ValidUntil);
        if (rules.Refusal is null)
        {
            CheckSum(rules, request.Lines);
        }
    }

    public static Decision Decide(Order order, DraftQuoteRequest request, DateTimeOffset now)
    {
        // Here and not with the other fields: a repeated request is not asked whether its time has passed since.
        if (Quoting.IsPast(request.ValidUntil, now))
        {
            return new Refusal(ErrorReason.InvalidField) { Fields = [new FieldFault("valid_until", FieldRule.NotAhead)] };
        }

        var revision = (order.Quote?.Revision ?? 0) + 1;
        if (revision > ContractLimits.QuoteRevisionsPerOrder)
        {
            return new Refusal(ErrorReason.OrderLimitReached, ("order_id", $"{order.Id}"), ("limit", $"{ContractLimits.QuoteRevisionsPerOrder}"));
        }

        var lines = request.Lines.Select(Priced).ToList();
        return new OrderEvent
        {
            QuoteDrafted = new()
            {
                QuoteRevision = revision,
                Lines = { lines },
                Total = Amounts.Total(lines),
                ValidUntil = KnownFields.Of(request.ValidUntil),
            },
        };
    }

    private static QuoteLine Priced(QuoteLine asked) => new()
    {
        Description = asked.Description,
        Quantity = asked.Quantity,
        UnitPrice = KnownFields.Of(asked.UnitPrice),
        Amount = Amounts.OfLine(asked),
    };

    private static void CheckSum(RequestRules rules, IReadOnlyList<QuoteLine> lines)
    {
        if (lines.Select(line => line.UnitPrice.CurrencyCode).Distinct().Count() > 1)
        {
            rules.Fault("lines", FieldRule.MixedCurrencies);
        }
        else if (lines.Sum(line => (decimal)Amounts.OfLine(line).Units) >= ContractLimits.MaxTotal)
        {
            rules.Fault("lines", FieldRule.NotInRange, "0", ContractLimits.MaxTotal.ToString(CultureInfo.InvariantCulture));
        }
    }
}
