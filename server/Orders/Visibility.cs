using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// What a reader sees of an order and of an event: a client never sees a draft. Both methods change
/// the message that they are given, which is to be the reader's own copy.
/// </summary>
public static class Visibility
{
    /// <summary>The order as the role sees it, with what is computed for its reader.</summary>
    public static Order For(Role role, Order order)
    {
        if (role == Role.Client && order.Quote is { SendTime: null })
        {
            order.Quote = null;
        }

        order.WaitingOn = OrderProcess.Turns[order.State];
        order.AllowedCommands.Clear();
        order.AllowedCommands.AddRange(OrderProcess.Allowed(order.State, role));
        return order;
    }

    /// <summary>The event as the role sees it.</summary>
    public static OrderEvent For(Role role, OrderEvent happened)
    {
        if (role == Role.Client && happened.QuoteDrafted is { } drafted)
        {
            happened.QuoteDrafted = new QuoteDrafted { QuoteRevision = drafted.QuoteRevision };
        }

        return happened;
    }
}
