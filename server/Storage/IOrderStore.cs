using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage;

/// <summary>
/// The log, and the orders as they are after it. One writer appends in batches; any number of
/// threads read, and a read sees every batch that was committed before it began. Nothing here
/// assumes that the writer is in this process.
/// </summary>
public interface IOrderStore
{
    /// <summary>Begins the next batch; one at a time, of one thread.</summary>
    /// <exception cref="StoreFullException">There is no room on the disk.</exception>
    IOrderBatch BeginBatch();

    /// <summary>The last position of the log; 0 for none.</summary>
    long ReadHead();

    /// <summary>
    /// The order as the log keeps it, or null where there is none that the caller may see. Whose it is
    /// is part of the search: one that is somebody else's takes as long as one that does not exist.
    /// </summary>
    Order? ReadOrder(long orderId, Caller caller);

    /// <summary>The orders of a query, by id, at most its limit.</summary>
    IReadOnlyList<Order> ListOrders(OrderQuery query);

    /// <summary>Events of one order after a revision, ascending.</summary>
    IReadOnlyList<OrderEvent> ReadEvents(long orderId, long afterRevision, int limit);

    /// <summary>Rows of the log after a position that a filter lets through, ascending: the first, and as many more as fit in <see cref="StoreLimits.BytesPerRead"/>.</summary>
    LogPage ReadLog(LogFilter filter, long afterPosition, int limit);

    /// <summary>Which rows of the log hold the orders as they are now, by order id.</summary>
    OrderSnapshot ReadSnapshot(LogFilter filter, IReadOnlyCollection<State> states);

    /// <summary>The orders in these rows of the log, in this order: the first, and as many more as fit in <see cref="StoreLimits.BytesPerRead"/>.</summary>
    IReadOnlyList<Order> ReadOrdersAt(ReadOnlyMemory<long> positions);

    /// <summary>The frozen document of a quote that was sent, of the latest for revision 0, or null.</summary>
    SentDocument? ReadDocument(long orderId, int quoteRevision);
}

/// <summary>
/// One atomic batch. What it appends is seen by its own reads at once, and by everybody after
/// Commit; disposing it without takes everything back.
/// </summary>
public interface IOrderBatch : IDisposable
{
    /// <summary>The position that the next append must have.</summary>
    long NextPosition { get; }

    /// <summary>The id that the next order placed must have.</summary>
    long NextOrderId { get; }

    /// <summary>The order as this batch leaves it so far, or null, as <see cref="IOrderStore.ReadOrder"/> has it.</summary>
    Order? Load(long orderId, Caller caller);

    /// <summary>What an earlier request of this caller and id came to, or null.</summary>
    RecordedRequest? FindRequest(Caller caller, string requestId);

    /// <summary>Appends an event and the order after it.</summary>
    void Append(OrderEvent happened, Order after, byte[]? document, RequestKey? request);

    /// <summary>
    /// Makes the batch durable: returns when it is on disk. The page has the rows that were appended,
    /// or none where they are more than <see cref="StoreLimits.BytesPerRead"/>.
    /// </summary>
    /// <exception cref="StoreFullException">There is no room; the batch is taken back.</exception>
    /// <exception cref="StoreFailedException">Writing failed; whether the batch is durable is unknown.</exception>
    LogPage Commit();
}

/// <summary>Names a request and its content.</summary>
public sealed record RequestKey(Caller Caller, string RequestId, byte[] ContentHash);

/// <summary>A request that was done: its content, and what it came to.</summary>
public sealed record RecordedRequest(byte[] ContentHash, long Position, Order Order);

/// <summary>A row of the log, as bytes of its messages.</summary>
public sealed record LogRow(long Position, long OrderId, string Client, string Supplier, byte[] Event, byte[] Order);

/// <summary>Rows of the log, and the position up to which there are no others that match.</summary>
public sealed record LogPage(IReadOnlyList<LogRow> Rows, long ReadTo);

/// <summary>The orders at one position of the log: the rows that hold them.</summary>
public sealed record OrderSnapshot(long Position, long[] Rows);

/// <summary>The frozen document of a quote that was sent.</summary>
public sealed record SentDocument(int QuoteRevision, byte[] Content);

/// <summary>Whose rows: of these orders, else of this party, else all.</summary>
public sealed record LogFilter(Caller? Party, IReadOnlyCollection<long>? OrderIds)
{
    /// <summary>The whole log.</summary>
    public static LogFilter All { get; } = new(null, null);
}

/// <summary>A page of orders of one party: what each must be, after which id, and how many.</summary>
public sealed record OrderQuery(Caller Party, IReadOnlyCollection<State> States, int Limit)
{
    public string Client { get; init; } = "";

    public string ClientReference { get; init; } = "";

    public TimeRange Placed { get; init; }

    public TimeRange Updated { get; init; }

    public bool OldestFirst { get; init; }

    /// <summary>The last id of the page before; null for the first page.</summary>
    public long? AfterId { get; init; }
}

/// <summary>From a time, before another; null for no bound.</summary>
public readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? Before);

/// <summary>There is no room on the disk. Nothing was changed.</summary>
public sealed class StoreFullException(Exception inner) : Exception("the disk is full", inner);

/// <summary>The store can no longer be relied on: the process must end, and the next start check it.</summary>
public sealed class StoreFailedException(Exception inner) : Exception("the store failed: " + inner.Message, inner);
