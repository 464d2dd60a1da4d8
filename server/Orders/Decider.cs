using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>What a command comes to: an event or a refusal, one of them null.</summary>
public readonly record struct Decision(OrderEvent? Event, Refusal? Refusal)
{
    public static implicit operator Decision(OrderEvent happened) => new(happened, null);

    public static implicit operator Decision(Refusal refusal) => new(null, refusal);
}

/// <summary>The decisions of the process. Pure: no I/O, no clock, no randomness.</summary>
public static class Decider
{
    /// <summary>
    /// What this command of this caller comes to. The order is the one that the command names, as
    /// the caller may see it; for PlaceOrder the one that is replaced, null for none. Never throws
    /// for a business reason. The event has neither position nor, for PlaceOrder, an order id: the
    /// log gives them.
    /// </summary>
    public static Decision Decide(Order? order, IOrderCommand command, Caller caller, DateTimeOffset now)
    {
        var step = OrderProcess.StepOf(command);
        var places = step.From.Count == 0;
        if (!places && !step.From.Contains(order!.State))
        {
            return WrongState(order, step, now);
        }

        var decision = step.Decide(order!, command, now);
        if (decision.Event is { } happened)
        {
            happened.OrderId = places ? 0 : order!.Id;
            happened.Revision = places ? 1 : order!.Revision + 1;
            happened.Time = places ? Timestamp.FromDateTimeOffset(now) : NotBefore(order!.UpdateTime, now);
            happened.Actor = new Actor { Role = caller.Role, Name = caller.Name };
        }

        return decision;
    }

    // A clock that was set back must not make an order's second step older than its first. Of each
    // order by itself: one that was once ahead holds up no order but those it was ahead for.
    private static Timestamp NotBefore(Timestamp last, DateTimeOffset now)
    {
        var time = Timestamp.FromDateTimeOffset(now);
        return last > time ? last : time;
    }

    private static Refusal WrongState(Order order, ProcessStep step, DateTimeOffset now) => new(ErrorReason.WrongState,
        ("order_id", $"{order.Id}"),
        ("command", Names.Of(step.Command)),
        ("state", Names.Of(order.State)),
        ("waiting_on", Names.Of(OrderProcess.TurnIn(order.State))),
        ("allowed_commands", string.Join(",", PassedTime.Allowed(order, step.Role, now).Select(Names.Of))));
}
