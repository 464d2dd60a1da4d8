using OrderGrpc.Contract;
using OrderGrpc.V1;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// What events make of an order. Pure, and apart from the process: what has happened stays as it was,
/// whatever the transition table lets happen from now on. So the rows below never change; a new event
/// gets a new one.
/// </summary>
public static class Evolver
{
    private static readonly Dictionary<Event, Meaning> Meanings = new()
    {
        [Event.OrderPlaced] = new(State.Placed),
        [Event.OrderApproved] = new(State.Approved),
        [Event.OrderRejected] = new(State.Rejected, Reason: (Command.RejectOrder, Role.Supplier, e => e.OrderRejected.Reason)),
        [Event.QuoteDrafted] = new(State.QuoteDrafted, Drafted),
        [Event.QuoteSent] = new(State.QuoteSent, Sent),
        [Event.QuoteWithheld] = new(State.QuoteWithheld, Reason: (Command.RejectQuote, Role.Supplier, e => e.QuoteWithheld.Reason)),
        [Event.QuoteAccepted] = new(State.InRealization),
        [Event.QuoteDeclined] = new(State.QuoteDeclined, Reason: (Command.RejectQuote, Role.Client, e => e.QuoteDeclined.Reason)),
        [Event.QuoteRevisionRequested] = new(State.Approved, Reason: (Command.RequestQuoteRevision, Role.Client, e => e.QuoteRevisionRequested.Reason)),
        [Event.RealizationReported] = new(State.Realized, (order, e) => order.RealizationNote = e.RealizationReported.Note),
        [Event.RealizationApproved] = new(State.Completed),
        [Event.RealizationRejected] = new(
            State.InRealization,
            (order, e) => order.ReworkRound = e.RealizationRejected.ReworkRound,
            (Command.RejectRealization, Role.Client, e => e.RealizationRejected.Reason)),
        [Event.OrderCancelled] = new(State.Cancelled, Reason: (Command.CancelOrder, Role.Client, e => e.OrderCancelled.Reason)),
    };

    /// <summary>Whether this server knows what the event makes of an order; a newer one may have written others.</summary>
    public static bool Knows(OrderEvent happened) => Meanings.ContainsKey(happened.EventCase);

    /// <summary>
    /// The order after the event, as the log keeps it: without what is computed for its reader.
    /// The order before is null for OrderPlaced and is not changed. The order after shares parts of the
    /// event, which is not to be changed any more.
    /// </summary>
    /// <exception cref="InvalidOperationException">The event is not the next one of this order.</exception>
    public static Order Evolve(Order? before, OrderEvent happened)
    {
        if (!Meanings.TryGetValue(happened.EventCase, out var meaning)
            || (before is null) != (happened.EventCase == Event.OrderPlaced)
            || happened.Revision != (before?.Revision ?? 0) + 1
            || (before is not null && before.Id != happened.OrderId)
            || (happened.EventCase == Event.QuoteSent && before!.Quote is null))
        {
            throw new InvalidOperationException(
                $"{happened.EventCase} of revision {happened.Revision} cannot happen to order {happened.OrderId} in {before?.State} of revision {before?.Revision}");
        }

        var order = before is null ? Placed(happened) : before.Clone();
        order.State = meaning.To;
        order.Revision = happened.Revision;
        order.UpdateTime = happened.Time;
        meaning.Apply?.Invoke(order, happened);
        AddReason(order, meaning, happened);
        return order;
    }

    private static Order Placed(OrderEvent happened)
    {
        var placed = happened.OrderPlaced;
        return new Order
        {
            Id = happened.OrderId,
            Client = happened.Actor.Name,
            Supplier = placed.Supplier,
            Customer = placed.Customer,
            Lines = { placed.Lines },
            ClientReference = placed.ClientReference,
            Note = placed.Note,
            ReplacesOrderId = placed.ReplacesOrderId,
            PlaceTime = happened.Time,
        };
    }

    private static void Drafted(Order order, OrderEvent happened) => order.Quote = new Quote
    {
        Revision = happened.QuoteDrafted.QuoteRevision,
        Lines = { happened.QuoteDrafted.Lines },
        Total = happened.QuoteDrafted.Total,
        ValidUntil = happened.QuoteDrafted.ValidUntil,
        DraftTime = happened.Time,
    };

    private static void Sent(Order order, OrderEvent happened)
    {
        order.Quote.SendTime = happened.Time;
        order.Quote.Digest = happened.QuoteSent.Digest;
    }

    private static void AddReason(Order order, Meaning meaning, OrderEvent happened)
    {
        if (meaning.Reason is not { } reason || reason.Of(happened) is not { Length: > 0 } text)
        {
            return;
        }

        if (order.Reasons.Count == ContractLimits.ReasonsOnOrder)
        {
            order.Reasons.RemoveAt(0);
        }

        order.Reasons.Add(new Reason { Command = reason.Command, Role = reason.Role, Text = text, Time = happened.Time });
    }

    /// <summary>What an event makes of an order: its state, what else changes, and the reason it leaves, with whose it is.</summary>
    private sealed record Meaning(
        State To, Action<Order, OrderEvent>? Apply = null, (Command Command, Role Role, Func<OrderEvent, string> Of)? Reason = null);
}
