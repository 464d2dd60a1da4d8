using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The store on one SQLite file: one writing connection and a bounded pool of reading ones. SQLite
/// answers at once, so nothing here waits but for a place in the pool: where one is free, as nearly
/// always, all is done when it returns; else no thread waits for it.
/// </summary>
public sealed class SqliteOrderStore : IStoreEngine, IDisposable
{
    private readonly SqliteFile file;
    private readonly SqliteBatch batch;
    private readonly ConcurrentBag<SqliteReader> idle = [];
    private readonly SemaphoreSlim places = new(SqliteLimits.ReaderConnections);
    private readonly StoreMeter meter;

    /// <summary>Opens the store of a data folder, made if there is none.</summary>
    /// <exception cref="StartException">The folder or its file cannot be used; the message says why.</exception>
    public SqliteOrderStore(string folder)
    {
        file = SqliteFile.Open(folder);
        try
        {
            batch = new SqliteBatch(file, Committed);
        }
        catch
        {
            file.Dispose(); // its lock
            throw;
        }

        meter = new StoreMeter(() => file.WalBytes, () => idle.Count, () => SqliteLimits.ReaderConnections - places.CurrentCount);
    }

    public CommittedRows Committed { get; } = new();

    public string SystemName => "sqlite";

    public string Place => file.Path;

    /// <summary>Always: a file that cannot be read or written is one that has failed.</summary>
    public bool IsReachable => true;

    /// <summary>None: SQLite has waited for the lock of another program, up to its busy timeout.</summary>
    public TimeSpan Patience => TimeSpan.Zero;

    /// <summary>What the commands need is looked up when they ask: here that is no further than their naming it.</summary>
    public ValueTask<IOrderBatch> BeginAsync(IReadOnlyList<IBatchNeed> needs)
    {
        batch.Begin();
        return new(batch);
    }

    public ValueTask<long> ReadHeadAsync(CancellationToken cancellation) => ReadAsync(reader => reader.Head(), cancellation);

    public ValueTask<Order?> ReadOrderAsync(long orderId, Caller caller, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Order(orderId, caller), cancellation);

    public ValueTask<long?> FindMissingAsync(IReadOnlyCollection<long> orderIds, Caller caller, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Missing(JsonSerializer.Serialize(orderIds), caller), cancellation);

    public ValueTask<OrderSlice> ListOrdersAsync(OrderQuery query, CancellationToken cancellation) =>
        ReadAsync(reader => reader.InTransaction(r => r.List(query)), cancellation);

    public ValueTask<EventSlice> ReadEventsAsync(long orderId, long afterRevision, int limit, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Events(orderId, afterRevision, limit), cancellation);

    public ValueTask<SentDocument?> ReadDocumentAsync(long orderId, int quoteRevision, CancellationToken cancellation) =>
        ReadAsync(reader => reader.Document(orderId, quoteRevision), cancellation);

    public ILogCursor OpenLog(LogFilter filter, long afterPosition) => filter.OrderIds is { } ids
        ? new OrdersLogCursor(this, ids, afterPosition)
        : new PartyLogCursor(this, filter, afterPosition);

    public ISnapshotCursor OpenSnapshot(LogFilter filter, IReadOnlyCollection<State> states, long position, long afterId) => filter switch
    {
        { OrderIds: { } ids } => new OrdersSnapshotCursor(this, ids, states, position, afterId),
        { Party: { } party } => new PartySnapshotCursor(this, party, states, position, afterId),
        _ => throw new ArgumentException("a snapshot is somebody's", nameof(filter)),
    };

    /// <summary>Remembers that writing failed: the next start checks the whole file.</summary>
    public void MarkFailed() => file.MarkFailed();

    /// <summary>Closes the file clean: the last connection to close brings the WAL into it.</summary>
    public void Dispose()
    {
        meter.Dispose();
        foreach (var reader in idle)
        {
            reader.Dispose();
        }

        batch.Close();
        file.Dispose();
        places.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads with one of the connections, as soon as there is one.</summary>
    public ValueTask<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellation) =>
        places.Wait(0, cancellation) ? new(Read(read, cancellation)) : WaitAndReadAsync(read, cancellation);

    private async ValueTask<T> WaitAndReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation);
        return Read(read, cancellation);
    }

    private T Read<T>(Func<SqliteReader, T> read, CancellationToken cancellation)
    {
        SqliteReader? reader = null;
        try
        {
            if (!idle.TryTake(out reader))
            {
                reader = new SqliteReader(file);
            }

            reader.Cancellation = cancellation;
            var result = read(reader);
            reader.Cancellation = CancellationToken.None;
            idle.Add(reader);
            reader = null;
            return result;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException("the read was ended", e, cancellation);
        }
        catch (SqliteException e)
        {
            throw new StoreException(e.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY ? StoreFailure.TryAgain : StoreFailure.Broken, e);
        }
        finally
        {
            reader?.Dispose(); // one that failed in whatever way is not used again
            places.Release();
        }
    }
}
