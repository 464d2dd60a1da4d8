using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What a role does with an order that waits for it.</summary>
public interface IInboxDesk
{
    /// <summary>
    /// Asks about the order and does what was answered. An answer that puts it off leaves the order
    /// until its next event. At the end of the input nothing is done.
    /// </summary>
    /// <returns>The order after what was done; null where nothing was.</returns>
    Task<Order?> HandleAsync(Session session, Prompts prompts, Order order, CancellationToken cancellation);
}
