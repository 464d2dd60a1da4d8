using Google.Protobuf;
using OrderGrpc.V1;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// What a reader sees of an order and of an event. A supplier sees all of it, also what a newer server
/// wrote and this one does not know. A client sees no field that this server does not know, and no draft;
/// of an event what is named here and nothing else. The message given is the reader's own copy: it may be changed.
/// </summary>
public static class Visibility
{
    // Reads what this server knows of a message and leaves out the rest, however deep; as fast as reading it all.
    private static readonly MessageParser<Order> Known = Order.Parser.WithDiscardUnknownFields(true);

    /// <summary>An order as it is stored, as the role sees it, with what is computed for its reader.</summary>
    public static Order Read(Role role, byte[] stored)
    {
        var seen = (role == Role.Client ? Known : Order.Parser).ParseFrom(stored);
        if (role == Role.Client && seen.Quote is { SendTime: null })
        {
            seen.Quote = null;
        }

        return Computed(role, seen);
    }

    /// <summary>The order as the role sees it, with what is computed for its reader.</summary>
    public static Order For(Role role, Order order) => role == Role.Client ? Read(role, order.ToByteArray()) : Computed(role, order);

    /// <summary>The event as the role sees it.</summary>
    public static OrderEvent For(Role role, OrderEvent happened)
    {
        if (role == Role.Supplier)
        {
            return happened;
        }

        var seen = new OrderEvent
        {
            Position = happened.Position,
            OrderId = happened.OrderId,
            Revision = happened.Revision,
            Time = KnownFields.Of(happened.Time),
            Actor = KnownFields.Of(happened.Actor),
        };
        Show(happened, seen);
        return seen;
    }

    private static Order Computed(Role role, Order order)
    {
        order.WaitingOn = OrderProcess.TurnIn(order.State);
        order.AllowedCommands.Clear();
        order.AllowedCommands.AddRange(OrderProcess.Allowed(order.State, role));
        return order;
    }

    // An event that is not here is shown without what it says: that something happened, when, and by whom.
    private static void Show(OrderEvent from, OrderEvent to)
    {
        switch (from.EventCase)
        {
            case Event.OrderPlaced: to.OrderPlaced = Of(from.OrderPlaced); break;
            case Event.OrderApproved: to.OrderApproved = new(); break;
            case Event.OrderRejected: to.OrderRejected = new() { Reason = from.OrderRejected.Reason }; break;
            case Event.QuoteDrafted: to.QuoteDrafted = new() { QuoteRevision = from.QuoteDrafted.QuoteRevision }; break;
            case Event.QuoteSent: to.QuoteSent = Of(from.QuoteSent); break;
            case Event.QuoteWithheld: to.QuoteWithheld = new() { QuoteRevision = from.QuoteWithheld.QuoteRevision, Reason = from.QuoteWithheld.Reason }; break;
            case Event.QuoteAccepted: to.QuoteAccepted = new() { QuoteRevision = from.QuoteAccepted.QuoteRevision, Digest = from.QuoteAccepted.Digest }; break;
            case Event.QuoteDeclined: to.QuoteDeclined = new() { QuoteRevision = from.QuoteDeclined.QuoteRevision, Reason = from.QuoteDeclined.Reason }; break;
            case Event.QuoteRevisionRequested:
                to.QuoteRevisionRequested = new() { QuoteRevision = from.QuoteRevisionRequested.QuoteRevision, Reason = from.QuoteRevisionRequested.Reason };
                break;
            case Event.RealizationReported: to.RealizationReported = new() { Note = from.RealizationReported.Note }; break;
            case Event.RealizationApproved: to.RealizationApproved = new(); break;
            case Event.RealizationRejected:
                to.RealizationRejected = new() { Reason = from.RealizationRejected.Reason, ReworkRound = from.RealizationRejected.ReworkRound };
                break;
            case Event.OrderCancelled: to.OrderCancelled = new() { Reason = from.OrderCancelled.Reason }; break;
            default: break;
        }
    }

    private static OrderPlaced Of(OrderPlaced from) => new()
    {
        Supplier = from.Supplier,
        Customer = from.Customer is null ? null : KnownFields.Of(from.Customer),
        Lines = { from.Lines.Select(KnownFields.Of) },
        ClientReference = from.ClientReference,
        Note = from.Note,
        ReplacesOrderId = from.ReplacesOrderId,
    };

    private static QuoteSent Of(QuoteSent from) => new() { QuoteRevision = from.QuoteRevision, Digest = from.Digest, Total = KnownFields.Of(from.Total) };
}
