using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The rules of each command's own fields.</summary>
public static class CommandRules
{
    /// <summary>Why this request is refused as such, or null.</summary>
    public static Refusal? Check(IOrderCommand command)
    {
        var rules = new RequestRules();
        rules.Command(command);
        switch (command)
        {
            case PlaceOrderRequest r: Check(rules, r); break;
            case DraftQuoteRequest r: Check(rules, r); break;
            case ClientServiceApproveQuoteRequest r:
                rules.Positive("quote_revision", r.QuoteRevision);
                rules.Digest("digest", r.Digest);
                break;
            case CancelOrderRequest r: Reason(rules, r.Reason); break;
            case ClientServiceRejectQuoteRequest r: Reason(rules, r.Reason); break;
            case RequestQuoteRevisionRequest r: Reason(rules, r.Reason); break;
            case RejectRealizationRequest r: Reason(rules, r.Reason); break;
            case RejectOrderRequest r: Reason(rules, r.Reason); break;
            case SupplierServiceRejectQuoteRequest r: Reason(rules, r.Reason); break;
            case ReportRealizationRequest r: rules.Text("note", r.Note, ContractLimits.NoteLength, lines: true); break;
            case ApproveOrderRequest or SupplierServiceApproveQuoteRequest or ApproveRealizationRequest: break;
            default: throw new ArgumentOutOfRangeException(nameof(command), command.GetType(), "a command without rules");
        }

        return rules.Refusal;
    }

    private static void Reason(RequestRules rules, string reason) => rules.Text("reason", reason, ContractLimits.ReasonLength);

    private static void Check(RequestRules rules, PlaceOrderRequest request)
    {
        rules.Party("supplier", request.Supplier);
        rules.Text("customer.name", request.Customer?.Name ?? "", ContractLimits.NameLength, required: true);
        rules.Email("customer.email", request.Customer?.Email ?? "");
        rules.Lines("lines", request.Lines);
        for (var i = 0; i < Math.Min(request.Lines.Count, ContractLimits.LinesPerOrder); i++)
        {
            var line = request.Lines[i];
            rules.Line = i;
            rules.Text("description", line.Description, ContractLimits.DescriptionLength, required: true);
            rules.Quantity("quantity", line.Quantity);
        }

        rules.Line = null;
        rules.Text("client_reference", request.ClientReference, ContractLimits.ReferenceLength);
        rules.Text("note", request.Note, ContractLimits.NoteLength, lines: true);
        rules.NotNegative("replaces_order_id", request.ReplacesOrderId, long.MaxValue);
    }

    private static void Check(RequestRules rules, DraftQuoteRequest request)
    {
        rules.Lines("lines", request.Lines);
        for (var i = 0; i < Math.Min(request.Lines.Count, ContractLimits.LinesPerOrder); i++)
        {
            var line = request.Lines[i];
            rules.Line = i;
            rules.Text("description", line.Description, ContractLimits.DescriptionLength, required: true);
            rules.Quantity("quantity", line.Quantity);
            rules.UnitPrice("unit_price", line.UnitPrice);
        }

        rules.Line = null;
        rules.Time("valid_until", request.ValidUntil);
        if (rules.Refusal is null)
        {
            CheckSum(rules, request.Lines);
        }
    }

    private static void CheckSum(RequestRules rules, IReadOnlyList<QuoteLine> lines)
    {
        if (lines.Select(line => line.UnitPrice.CurrencyCode).Distinct().Count() > 1)
        {
            rules.Fault("lines", FieldRule.MixedCurrencies);
        }
        else if (lines.Sum(line => (decimal)Amounts.OfLine(line).Units) >= ContractLimits.MaxTotal)
        {
            rules.Fault("lines", FieldRule.NotInRange, "0", ContractLimits.MaxTotal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
