using Npgsql;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// The store on a PostgreSQL that several servers share: one connection that writes, a few that read,
/// and one that waits for rows. A read that does not reach the primary tries again while it may.
/// </summary>
public sealed class PostgresOrderStore : IStoreEngine
{
    private readonly PostgresWriter writer;
    private readonly LogListener listener;
    private readonly SemaphoreSlim places = new(PostgresLimits.ReaderConnections);

    private PostgresOrderStore(PostgresDatabase database)
    {
        Database = database;
        writer = new PostgresWriter(database);
        listener = new LogListener(database, Committed, () => writer.ProcessId);
    }

    /// <summary>The database, for what else lives in it.</summary>
    public PostgresDatabase Database { get; }

    public CommittedRows Committed { get; } = new();

    public string SystemName => "postgresql";

    public string Place => Database.Name;

    public bool IsReachable => Database.IsReachable;

    public TimeSpan Patience => PostgresLimits.WritePatience;

    /// <summary>Opens the store on a database, which is ended with it.</summary>
    public static async Task<PostgresOrderStore> OpenAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        var store = new PostgresOrderStore(database);
        store.listener.Start(await store.ReadHeadAsync(cancellation));
        return store;
    }

    public async ValueTask<IOrderBatch> BeginAsync(IReadOnlyList<IBatchNeed> needs) => new PostgresBatch(writer, await writer.BeginAsync(needs), Committed);

    public ValueTask<long> ReadHeadAsync(CancellationToken cancellation) => ReadAsync(OrderReads.HeadAsync, cancellation);

    public ValueTask<Order?> ReadOrderAsync(long orderId, Caller caller, CancellationToken cancellation) =>
        ReadAsync((connection, token) => OrderReads.OrderAsync(connection, orderId, caller, token), cancellation);

    public ValueTask<long?> FindMissingAsync(IReadOnlyCollection<long> orderIds, Caller caller, CancellationToken cancellation) =>
        ReadAsync((connection, token) => OrderReads.MissingAsync(connection, [.. orderIds], caller, token), cancellation);

    public ValueTask<OrderSlice> ListOrdersAsync(OrderQuery query, CancellationToken cancellation) =>
        ReadAsync((connection, token) => OrderLists.ReadAsync(connection, query, token), cancellation);

    public ValueTask<EventSlice> ReadEventsAsync(long orderId, long afterRevision, int limit, CancellationToken cancellation) =>
        ReadAsync((connection, token) => OrderReads.EventsAsync(connection, orderId, afterRevision, limit, token), cancellation);

    public ValueTask<SentDocument?> ReadDocumentAsync(long orderId, int quoteRevision, CancellationToken cancellation) =>
        ReadAsync((connection, token) => OrderReads.DocumentAsync(connection, orderId, quoteRevision, token), cancellation);

    public ILogCursor OpenLog(LogFilter filter, long afterPosition) => filter.OrderIds is { } ids
        ? new OrdersLogCursor(this, ids, afterPosition)
        : new PartyLogCursor(this, filter, afterPosition);

    public ISnapshotCursor OpenSnapshot(LogFilter filter, IReadOnlyCollection<State> states, long position, long afterId) => filter switch
    {
        { OrderIds: { } ids } => new OrdersSnapshotCursor(this, ids, states, position, afterId),
        { Party: { } party } => new PartySnapshotCursor(this, party, states, position, afterId),
        _ => throw new ArgumentException("a snapshot is somebody's", nameof(filter)),
    };

    /// <summary>Nothing to remember: the database looks after itself when it starts.</summary>
    public void MarkFailed()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        await writer.DisposeAsync();
        await Database.DisposeAsync();
        places.Dispose();
    }

    /// <summary>Runs a read on a connection of its own; it is ended by its token, and tried again while the primary is away.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation);
        CancellationTokenSource? patience = null;
        try
        {
            while (true)
            {
                try
                {
                    await using var connection = await Database.OpenAsync(cancellation);
                    var result = await read(connection, cancellation);
                    Database.Reached();
                    return result;
                }
                catch (Exception e) when (!cancellation.IsCancellationRequested && PostgresFailures.Of(e) is { } failure)
                {
                    patience ??= new CancellationTokenSource(PostgresLimits.ReadPatience);
                    if (failure != StoreFailure.TryAgain)
                    {
                        throw new StoreException(failure, e);
                    }

                    await Database.LostAsync(e, cancellation);
                    if (patience.IsCancellationRequested)
                    {
                        throw new StoreException(failure, e);
                    }
                }
                catch (Exception e) when (cancellation.IsCancellationRequested && e is not OperationCanceledException)
                {
                    throw new OperationCanceledException("the read was ended", e, cancellation);
                }
            }
        }
        finally
        {
            patience?.Dispose();
            places.Release();
        }
    }
}
