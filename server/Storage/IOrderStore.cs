using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage;

/// <summary>
/// The log, and the orders as they are after it. One writer appends in batches; any number of
/// threads read, and a read sees every batch that was committed before it began. Nothing here
/// assumes that the writer is in this process. What waits is asynchronous; an engine that does not
/// wait answers at once. What may look at much does so in slices: each is one short transaction,
/// bounded by the rows that it looks at and by bytes, and says what work it was. Whatever fails,
/// fails as a <see cref="StoreException"/> that says of which kind.
/// </summary>
public interface IOrderStore
{
    /// <summary>The engine, as OpenTelemetry's conventions for databases name it.</summary>
    string SystemName { get; }

    /// <summary>For how long a batch that could not be written for now is worth trying again; none where the engine has waited long enough by itself.</summary>
    TimeSpan Patience { get; }

    /// <summary>Begins the next batch; one at a time. What its commands will ask for is named here, so that it can be fetched at once.</summary>
    ValueTask<IOrderBatch> BeginAsync(IReadOnlyList<IBatchNeed> needs);

    /// <summary>The last position of the log; 0 for none.</summary>
    ValueTask<long> ReadHeadAsync(CancellationToken cancellation);

    /// <summary>
    /// The order as the log keeps it, or null where there is none that the caller may see. Whose it is
    /// is part of the search: one that is somebody else's takes as long as one that does not exist.
    /// </summary>
    ValueTask<Order?> ReadOrderAsync(long orderId, Caller caller, CancellationToken cancellation);

    /// <summary>The first of these orders that is not there or not the caller's, or null.</summary>
    ValueTask<long?> FindMissingAsync(IReadOnlyCollection<long> orderIds, Caller caller, CancellationToken cancellation);

    /// <summary>A slice of the orders of a query, by id, at most its limit.</summary>
    ValueTask<OrderSlice> ListOrdersAsync(OrderQuery query, CancellationToken cancellation);

    /// <summary>Events of one order after a revision, ascending: the first, and as many more as fit in a slice.</summary>
    ValueTask<EventSlice> ReadEventsAsync(long orderId, long afterRevision, int limit, CancellationToken cancellation);

    /// <summary>The frozen document of a quote that was sent, of the latest for revision 0, or null.</summary>
    ValueTask<SentDocument?> ReadDocumentAsync(long orderId, int quoteRevision, CancellationToken cancellation);

    /// <summary>Begins to read the log after a position, as far as a filter lets rows through.</summary>
    ILogCursor OpenLog(LogFilter filter, long afterPosition);

    /// <summary>
    /// Begins to read the orders as they were at a position, by id, after an id: those that a filter lets
    /// through and that were in one of these states then, none for any.
    /// </summary>
    ISnapshotCursor OpenSnapshot(LogFilter filter, IReadOnlyCollection<State> states, long position, long afterId);

    /// <summary>
    /// Waits until the log goes on after a position, and gives rows from there on: at least one, without
    /// gaps. Or none, and only how far it goes, where nobody wants them when they come. For one who waits.
    /// </summary>
    ValueTask<LogPage> WaitForRowsAsync(long afterPosition, Func<bool> areWanted, CancellationToken cancellation);
}

/// <summary>Reads the log slice by slice. It holds nothing of the store between two slices, and need not be read to its end.</summary>
public interface ILogCursor
{
    /// <summary>The next rows that match, ascending. A slice may have none and yet get further.</summary>
    ValueTask<LogPage> NextAsync(CancellationToken cancellation);
}

/// <summary>Reads a snapshot slice by slice, as <see cref="ILogCursor"/> reads the log.</summary>
public interface ISnapshotCursor
{
    /// <summary>The next orders, by id. A slice may have none and yet not be the last.</summary>
    ValueTask<SnapshotSlice> NextAsync(CancellationToken cancellation);
}

/// <summary>What one command of a batch will ask for: its order, unless that is 0, and its request, if it has an id.</summary>
public interface IBatchNeed
{
    Caller Caller { get; }

    long OrderId { get; }

    RequestKey? Request { get; }
}

/// <summary>
/// One atomic batch. It answers for what was named when it began, as what it appended has left it;
/// everybody else sees that after the commit. Disposing it without takes everything back.
/// </summary>
public interface IOrderBatch : IAsyncDisposable
{
    /// <summary>The position that the next append must have.</summary>
    long NextPosition { get; }

    /// <summary>The id that the next order placed must have.</summary>
    long NextOrderId { get; }

    /// <summary>Fetches what more commands will ask for, before anything is appended: the batch may have waited long for its turn.</summary>
    ValueTask FetchAsync(IReadOnlyList<IBatchNeed> needs);

    /// <summary>The order as this batch leaves it so far, or null, as <see cref="IOrderStore.ReadOrderAsync"/> has it.</summary>
    Order? Load(long orderId, Caller caller);

    /// <summary>The order that was placed in the place of this one, or null. Of the orders that were loaded: whose it is is known by then.</summary>
    long? FindReplacement(long orderId);

    /// <summary>What an earlier request of this caller and id came to, or null.</summary>
    RecordedRequest? FindRequest(Caller caller, string requestId);

    /// <summary>Appends an event and the order after it.</summary>
    void Append(OrderEvent happened, Order after, byte[]? document, RequestKey? request);

    /// <summary>Makes the batch durable: returns when it is as durable as the store makes anything.</summary>
    ValueTask CommitAsync();
}
