using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The orders that are in work, kept by the writer: two generations, of which the older is dropped
/// when the younger is full, so that what is used stays and memory is bounded.
/// </summary>
/// <param name="size">The most orders.</param>
/// <param name="bytes">The most bytes of orders, as they are on disk.</param>
public sealed class OrderCache(int size, long bytes)
{
    private Dictionary<long, Order> young = [];
    private Dictionary<long, Order> old = [];
    private long youngBytes;

    public Order? Find(long orderId)
    {
        if (young.TryGetValue(orderId, out var order))
        {
            return order;
        }

        if (old.Remove(orderId, out order))
        {
            Keep(order);
        }

        return order;
    }

    /// <summary>Keeps an order, unless it has ended: nothing will ask for it.</summary>
    public void Keep(Order order)
    {
        if (OrderProcess.IsTerminal(order.State))
        {
            Forget(order.Id);
            return;
        }

        if (young.Count >= size / 2 || youngBytes >= bytes / 2)
        {
            (old, young, youngBytes) = (young, [], 0);
        }

        // Counted again when it is kept again: that drops the older half early, and is never too little.
        youngBytes += order.CalculateSize();
        young[order.Id] = order;
    }

    public void Forget(long orderId)
    {
        young.Remove(orderId);
        old.Remove(orderId);
    }
}
