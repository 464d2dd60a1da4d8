using OrderGrpc.Contract;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>PlaceOrder: what it may ask for, and what it comes to.</summary>
public static class Placing
{
    public static void Check(RequestRules rules, PlaceOrderRequest request)
    {
        rules.Party("supplier", request.Supplier);
        rules.Text("customer.name", request.Customer?.Name ?? "", ContractLimits.CustomerNameLength, required: true);
        rules.Email("customer.email", request.Customer?.Email ?? "");
        rules.Lines("lines", request.Lines, line =>
        {
            rules.Text("description", line.Description, ContractLimits.DescriptionLength, required: true);
            rules.Quantity("quantity", line.Quantity);
        }, required: false);
        rules.Text("client_reference", request.ClientReference, ContractLimits.ReferenceLength);
        rules.Text("note", request.Note, ContractLimits.NoteLength, lines: true);
        rules.NotNegative("replaces_order_id", request.ReplacesOrderId, long.MaxValue);
    }

    /// <summary>The order is the one that is replaced, null for none.</summary>
    public static Decision Decide(Order? replaced, PlaceOrderRequest request)
    {
        if (replaced is not null && (!OrderProcess.IsTerminal(replaced.State) || replaced.State == State.Completed))
        {
            return new Refusal(ErrorReason.NotReplaceable, ("order_id", $"{replaced.Id}"), ("state", Names.Of(replaced.State)));
        }

        return new OrderEvent
        {
            OrderPlaced = new()
            {
                Supplier = request.Supplier,
                Customer = KnownFields.Of(request.Customer),
                Lines = { request.Lines.Select(KnownFields.Of) },
                ClientReference = request.ClientReference,
                Note = request.Note,
                ReplacesOrderId = request.ReplacesOrderId,
            },
        };
    }
}
