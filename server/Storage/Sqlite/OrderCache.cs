using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The orders that are in work, kept by the writer: two generations, of which the older is dropped
/// when the younger is full, so that what is used stays and memory is bounded. They are kept as the
/// bytes of the log: the objects of a message would live just long enough to cost the garbage
/// collector more than parsing them does.
/// </summary>
/// <param name="size">The most orders.</param>
/// <param name="bytes">The most bytes of orders.</param>
public sealed class OrderCache(int size, long bytes)
{
    private Dictionary<long, CachedOrder> young = [];
    private Dictionary<long, CachedOrder> old = [];
    private long youngBytes;

    /// <summary>
    /// The order, if it is kept and the caller may see it. Somebody else's is as if it were not kept, or
    /// it would be found faster than one that does not exist.
    /// </summary>
    public Order? Find(long orderId, Caller caller)
    {
        if (!young.TryGetValue(orderId, out var found))
        {
            if (!old.Remove(orderId, out found))
            {
                return null;
            }

            Add(orderId, found);
        }

        return caller.MaySee(found.Client, found.Supplier) ? Order.Parser.ParseFrom(found.Bytes) : null;
    }

    /// <summary>Keeps an order, unless it has ended: nothing will ask for it.</summary>
    public void Keep(Order order, byte[] orderBytes)
    {
        if (OrderProcess.IsTerminal(order.State))
        {
            Forget(order.Id);
            return;
        }

        Add(order.Id, new CachedOrder(order.Client, order.Supplier, orderBytes));
    }

    public void Forget(long orderId)
    {
        young.Remove(orderId);
        old.Remove(orderId);
    }

    private void Add(long orderId, CachedOrder order)
    {
        if (young.Count >= size / 2 || youngBytes >= bytes / 2)
        {
            (old, young, youngBytes) = (young, old, 0);
            young.Clear();
        }

        // Counted again when it is kept again: that drops the older half early, and is never too little.
        youngBytes += order.Bytes.Length;
        young[orderId] = order;
    }

    private readonly record struct CachedOrder(string Client, string Supplier, byte[] Bytes);
}
