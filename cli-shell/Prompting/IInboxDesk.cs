using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What a role does with an order that waits for it.</summary>
public interface IInboxDesk
{
    /// <summary>
    /// Asks about the order, which it shows, and does what was answered. A question that is left for
    /// later comes again with the order's next event. Without an answer nothing is done.
    /// </summary>
    /// <returns>The order after what was done; null where nothing was.</returns>
    Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation);
}
