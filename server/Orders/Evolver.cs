using OrderGrpc.Contract;
using OrderGrpc.V1;
using EventCase = OrderGrpc.V1.OrderEvent.EventOneofCase;

namespace OrderGrpc.Server.Orders;

/// <summary>What events make of an order. Pure.</summary>
public static class Evolver
{
    /// <summary>
    /// The order after the event, as the log keeps it: without what is computed for its reader.
    /// The order before is null for OrderPlaced and is not changed. The order after shares parts of the
    /// event, which is not to be changed any more.
    /// </summary>
    /// <exception cref="InvalidOperationException">The event cannot happen to this order.</exception>
    public static Order Evolve(Order? before, OrderEvent happened)
    {
        var step = OrderProcess.StepOf(happened.EventCase);
        var possible = before is null ? step.From.Count == 0 : step.From.Contains(before.State);
        if (!possible || happened.Revision != (before?.Revision ?? 0) + 1 || (before is not null && before.Id != happened.OrderId))
        {
            throw new InvalidOperationException(
                $"{happened.EventCase} of revision {happened.Revision} cannot happen to order {happened.OrderId} in {before?.State} of revision {before?.Revision}");
        }

        var order = before is null ? Placed(happened) : before.Clone();
        order.State = step.To;
        order.Revision = happened.Revision;
        order.UpdateTime = happened.Time;
        Apply(order, happened);
        AddReason(order, step, happened);
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

    private static void Apply(Order order, OrderEvent happened)
    {
        switch (happened.EventCase)
        {
            case EventCase.QuoteDrafted:
                order.Quote = new Quote
                {
                    Revision = happened.QuoteDrafted.QuoteRevision,
                    Lines = { happened.QuoteDrafted.Lines },
                    Total = happened.QuoteDrafted.Total,
                    ValidUntil = happened.QuoteDrafted.ValidUntil,
                    DraftTime = happened.Time,
                };
                break;
            case EventCase.QuoteSent:
                order.Quote.SendTime = happened.Time;
                order.Quote.Digest = happened.QuoteSent.Digest;
                break;
            case EventCase.RealizationReported:
                order.RealizationNote = happened.RealizationReported.Note;
                break;
            case EventCase.RealizationRejected:
                order.ReworkRound = happened.RealizationRejected.ReworkRound;
                break;
            default:
                break; // the state says it all
        }
    }

    private static void AddReason(Order order, ProcessStep step, OrderEvent happened)
    {
        var text = ReasonOf(happened);
        if (text.Length == 0)
        {
            return;
        }

        if (order.Reasons.Count == ContractLimits.ReasonsOnOrder)
        {
            order.Reasons.RemoveAt(0);
        }

        order.Reasons.Add(new Reason { Command = step.Command, Role = step.Role, Text = text, Time = happened.Time });
    }

    private static string ReasonOf(OrderEvent happened) => happened.EventCase switch
    {
        EventCase.OrderRejected => happened.OrderRejected.Reason,
        EventCase.QuoteWithheld => happened.QuoteWithheld.Reason,
        EventCase.QuoteDeclined => happened.QuoteDeclined.Reason,
        EventCase.QuoteRevisionRequested => happened.QuoteRevisionRequested.Reason,
        EventCase.RealizationRejected => happened.RealizationRejected.Reason,
        EventCase.OrderCancelled => happened.OrderCancelled.Reason,
        _ => "",
    };
}
