using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>The store on one SQLite file: one writing connection and a bounded pool of reading ones.</summary>
public sealed class SqliteOrderStore : IOrderStore, IDisposable
{
    private readonly SqliteFile file;
    private readonly SqliteBatch batch;
    private readonly ConcurrentBag<SqliteReader> idle = [];
    private readonly SemaphoreSlim places = new(SqliteLimits.ReaderConnections);

    /// <summary>Opens the store of a data folder, made if there is none.</summary>
    /// <exception cref="StartException">The folder or its file cannot be used; the message says why.</exception>
    public SqliteOrderStore(string folder)
    {
        file = SqliteFile.Open(folder);
        try
        {
            batch = new SqliteBatch(file);
        }
        catch
        {
            file.Dispose(); // its lock
            throw;
        }
    }

    public IOrderBatch BeginBatch()
    {
        batch.Begin();
        return batch;
    }

    public long ReadHead() => Read(reader => reader.Head());

    public Order? ReadOrder(long orderId, Caller caller) => Read(reader => reader.Order(orderId, caller));

    public IReadOnlyList<Order> ListOrders(OrderQuery query) => Read(reader => reader.List(query));

    public IReadOnlyList<OrderEvent> ReadEvents(long orderId, long afterRevision, int limit) =>
        Read(reader => reader.Events(orderId, afterRevision, limit));

    public LogPage ReadLog(LogFilter filter, long afterPosition, int limit) =>
        Read(reader => reader.Log(filter, afterPosition, limit));

    public OrderSnapshot ReadSnapshot(LogFilter filter, IReadOnlyCollection<State> states) =>
        Read(reader => reader.Snapshot(filter, states));

    public IReadOnlyList<Order> ReadOrdersAt(ReadOnlyMemory<long> positions) =>
        Read(reader => reader.OrdersAt(positions.Span));

    public SentDocument? ReadDocument(long orderId, int quoteRevision) => Read(reader => reader.Document(orderId, quoteRevision));

    /// <summary>Remembers that writing failed: the next start checks the whole file.</summary>
    public void MarkFailed() => file.MarkFailed();

    /// <summary>Closes the file clean: the last connection to close brings the WAL into it.</summary>
    public void Dispose()
    {
        foreach (var reader in idle)
        {
            reader.Dispose();
        }

        batch.Close();
        file.Dispose();
        places.Dispose();
    }

    private T Read<T>(Func<SqliteReader, T> read)
    {
        places.Wait();
        SqliteReader? reader = null;
        try
        {
            if (!idle.TryTake(out reader))
            {
                reader = new SqliteReader(file);
            }

            var result = read(reader);
            idle.Add(reader);
            return result;
        }
        catch (SqliteException e)
        {
            reader?.Dispose(); // one that failed is not used again
            throw new StoreFailedException(e);
        }
        finally
        {
            places.Release();
        }
    }
}
