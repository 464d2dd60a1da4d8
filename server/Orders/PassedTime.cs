using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>What passing time does to an order while nobody acts: a quote is not valid any more.</summary>
public static class PassedTime
{
    /// <summary>Whether the order's quote was valid until a time that is not ahead.</summary>
    public static bool HasExpired(Order order, DateTimeOffset now) => order.Quote?.ValidUntil?.ToDateTimeOffset() <= now;

    /// <summary>What the role may do with the order now: nobody approves a quote that has expired.</summary>
    public static IEnumerable<Command> Allowed(Order order, Role role, DateTimeOffset now) =>
        OrderProcess.Allowed(order.State, role).Where(command => command != Command.ApproveQuote || !HasExpired(order, now));

    /// <summary>
    /// The order as a reader sees it at this time. What a watch tells of the past is not asked: there
    /// it is what was allowed after the event.
    /// </summary>
    public static Order AsOf(this Order seen, DateTimeOffset now)
    {
        if (HasExpired(seen, now))
        {
            seen.AllowedCommands.Remove(Command.ApproveQuote);
        }

        return seen;
    }
}
