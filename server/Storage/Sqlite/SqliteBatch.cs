using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// The writer's connection, with its prepared statements: one object that is begun and ended for
/// each batch. Of one thread.
/// </summary>
public sealed class SqliteBatch : IOrderBatch
{
    private readonly PreparedConnection prepared;
    private readonly PreparedStatement begin, commit, rollback, loadOfClient, loadOfSupplier, findRequest, findReplacement;
    private readonly RowAppend append;
    private readonly OrderCache cache = new(SqliteLimits.CachedOrders, SqliteLimits.CachedBytes);
    private readonly CommittedRows committed;
    private readonly List<LogRow> appended = [];
    private readonly FileInfo wal;
    private long walBytesTried;
    private long appendedBytes;
    private long head;
    private long lastOrderId;
    private bool open;

    public SqliteBatch(SqliteFile file, CommittedRows committed)
    {
        this.committed = committed;
        prepared = new PreparedConnection(file.Connect(SqliteOpenMode.ReadWrite));
        wal = new FileInfo(file.Path + "-wal");
        prepared.Connection.Execute($"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {SqliteLimits.WalCheckpointPages}; PRAGMA journal_size_limit = {SqliteLimits.WalBytesKept}; PRAGMA cache_size = -{SqliteLimits.WriterCacheKibibytes}; PRAGMA temp_store = MEMORY");
        begin = prepared.Prepare("BEGIN IMMEDIATE");
        commit = prepared.Prepare("COMMIT");
        rollback = prepared.Prepare("ROLLBACK");
        loadOfClient = PrepareLoad("client");
        loadOfSupplier = PrepareLoad("supplier");
        findRequest = prepared.Prepare("SELECT request_hash, position, order_after FROM log WHERE caller = $caller AND request_id = $request", "$caller", "$request");
        findReplacement = prepared.Prepare("SELECT replacement FROM replacements WHERE order_id = $order", "$order");
        append = new RowAppend(prepared);
        ReadCounters();
    }

    public long NextPosition => head + 1;

    public long NextOrderId => lastOrderId + 1;

    /// <summary>Nothing to fetch: what is asked for is read when it is asked for.</summary>
    public ValueTask FetchAsync(IReadOnlyList<IBatchNeed> needs) => ValueTask.CompletedTask;

    internal void Begin() => Guard(() =>
    {
        ShrinkWal();
        begin.Run();
        open = true;
    });

    public Order? Load(long orderId, Caller caller)
    {
        if (cache.Find(orderId, caller) is { } cached)
        {
            return cached;
        }

        return Guard(() =>
        {
            if ((caller.Role == Role.Client ? loadOfClient : loadOfSupplier).With(orderId, caller.Name).Bytes() is not { } bytes)
            {
                return null;
            }

            var order = Order.Parser.ParseFrom(bytes);
            cache.Keep(order, bytes);
            return order;
        });
    }

    public long? FindReplacement(long orderId) => Guard(() =>
    {
        using var row = findReplacement.With(orderId).Rows();
        return row.Read() ? row.Number(0) : (long?)null;
    });

    public RecordedRequest? FindRequest(Caller caller, string requestId) => Guard(() =>
    {
        using var row = findRequest.With(caller.Key, requestId).Rows();
        return row.Read()
            ? new RecordedRequest(row.Bytes(0), row.Number(1), Order.Parser.ParseFrom(row.Bytes(2)))
            : null;
    });

    public void Append(OrderEvent happened, Order after, byte[]? document, RequestKey? request) => Guard(() =>
    {
        if (happened.Position != NextPosition || after.Id > NextOrderId)
        {
            throw new InvalidOperationException($"position {happened.Position} of order {after.Id} does not follow {head} and {lastOrderId}");
        }

        var row = new LogRow(happened.Position, after.Id, after.Client, after.Supplier, happened.ToByteArray(), after.ToByteArray());
        append.Log(row, happened.Revision, request?.Caller.Key, request?.RequestId, request?.ContentHash);
        append.Order(after.Id, OrderColumns.Of(after, happened.Position), isNew: after.Id == NextOrderId);
        if (after.Id == NextOrderId)
        {
            lastOrderId = after.Id;
            if (after.ReplacesOrderId != 0)
            {
                append.Replacement(after.ReplacesOrderId, after.Id);
            }
        }

        if (document is not null)
        {
            append.Document(after.Id, after.Quote.Revision, document);
        }

        head = happened.Position;
        appended.Add(row);
        appendedBytes += row.Event.Length + row.Order.Length;
        cache.Keep(after, row.Order);
    });

    public ValueTask CommitAsync()
    {
        Guard(() => commit.Run()); // what fails here may be on disk or not, and nobody can tell before the file was checked
        committed.Add(new LogPage(appendedBytes <= StoreLimits.BytesPerRead ? [.. appended] : [], head));
        End();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes back what was not committed. The connection stays for the next batch.</summary>
    public ValueTask DisposeAsync()
    {
        if (!open)
        {
            return ValueTask.CompletedTask;
        }

        appended.ForEach(row => cache.Forget(row.OrderId));
        End();
        Guard(() =>
        {
            // SQLite has taken the batch back already where the disk was full.
            if (SQLitePCL.raw.sqlite3_get_autocommit(prepared.Connection.Handle) == 0)
            {
                rollback.Run();
            }

            ReadCounters();
        });
        return ValueTask.CompletedTask;
    }

    internal void Close() => prepared.Dispose();

    private void End()
    {
        open = false;
        appended.Clear();
        appendedBytes = 0;
    }

    // SQLite checkpoints by itself after a commit, but starts the WAL anew only when no reader is
    // in it, which under steady reads may be never; and it keeps an error of a checkpoint to itself.
    // So past a size the writer waits for the readers: briefly, and again each time it has grown.
    private void ShrinkWal()
    {
        wal.Refresh();
        var bytes = wal.Exists ? wal.Length : 0;
        if (bytes < SqliteLimits.WalBytesUntilWait || (bytes >= walBytesTried && bytes < walBytesTried + SqliteLimits.WalBytesBetweenWaits))
        {
            return;
        }

        walBytesTried = bytes;
        SQLitePCL.raw.sqlite3_busy_timeout(prepared.Connection.Handle, SqliteLimits.WalWaitMilliseconds);
        var result = SQLitePCL.raw.sqlite3_wal_checkpoint_v2(prepared.Connection.Handle, "main", SQLitePCL.raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        SQLitePCL.raw.sqlite3_busy_timeout(prepared.Connection.Handle, SqliteLimits.BusyTimeoutMilliseconds);
        if (result is not (SQLitePCL.raw.SQLITE_OK or SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_FULL))
        {
            throw new SqliteException("the WAL cannot be brought into the file", result);
        }
    }

    private PreparedStatement PrepareLoad(string party) => prepared.Prepare(
        $"SELECT log.order_after FROM orders JOIN log ON log.position = orders.position WHERE orders.id = $id AND orders.{party} = $name", "$id", "$name");

    private void ReadCounters()
    {
        head = prepared.Connection.Scalar("SELECT coalesce(max(position), 0) FROM log");
        lastOrderId = prepared.Connection.Scalar("SELECT coalesce(max(id), 0) FROM orders");
    }

    private static void Guard(Action action) => Guard<object?>(() =>
    {
        action();
        return null;
    });

    // Busy is a lock of another program's: SQLite tells it before it has written, and the batch is taken back.
    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw new StoreException(e.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_BUSY => StoreFailure.TryAgain,
                SQLitePCL.raw.SQLITE_FULL => StoreFailure.Full,
                _ => StoreFailure.Broken,
            }, e);
        }
    }
}
