using System.Text.Json;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// A read-only connection with its prepared statements, used by one thread at a time. Each method
/// is one short transaction.
/// </summary>
public sealed class SqliteReader : IDisposable
{
    private const string Row = "position, order_id, client, supplier, event, order_after";

    private readonly PreparedConnection prepared;
    private readonly PreparedStatement begin, end, head, orderOfClient, orderOfSupplier, events, document, orderAt;
    private readonly PreparedStatement logOfAll, logOfClient, logOfSupplier, logOfOrders;
    private readonly PreparedStatement snapshotOfClient, snapshotOfSupplier, snapshotOfOrders;
    private readonly OrderLists lists;

    public SqliteReader(SqliteFile file)
    {
        prepared = new PreparedConnection(file.Connect(SqliteOpenMode.ReadOnly));
        prepared.Connection.Execute($"PRAGMA query_only = ON; PRAGMA cache_size = -{SqliteLimits.ReaderCacheKibibytes}");
        begin = prepared.Prepare("BEGIN");
        end = prepared.Prepare("COMMIT");
        head = prepared.Prepare("SELECT coalesce(max(position), 0) FROM log");
        orderOfClient = PrepareOrder("client");
        orderOfSupplier = PrepareOrder("supplier");
        events = prepared.Prepare("SELECT event FROM log WHERE order_id = $id AND revision > $after ORDER BY revision LIMIT $limit", "$id", "$after", "$limit");
        document = prepared.Prepare("SELECT quote_revision, document FROM quote_documents WHERE order_id = $id AND ($revision = 0 OR quote_revision = $revision) ORDER BY quote_revision DESC LIMIT 1", "$id", "$revision");
        orderAt = prepared.Prepare("SELECT order_after FROM log WHERE position = $position", "$position");
        logOfAll = PrepareLog("$whose IS NULL");
        logOfClient = PrepareLog("client = $whose");
        logOfSupplier = PrepareLog("supplier = $whose");
        logOfOrders = PrepareLog("order_id IN (SELECT value FROM json_each($whose))");
        snapshotOfClient = PrepareSnapshot("client = $whose");
        snapshotOfSupplier = PrepareSnapshot("supplier = $whose");
        snapshotOfOrders = PrepareSnapshot("id IN (SELECT value FROM json_each($whose))");
        lists = new OrderLists(prepared);
    }

    public long Head() => head.Number();

    public Order? Order(long orderId, Caller caller) =>
        (caller.Role == Role.Client ? orderOfClient : orderOfSupplier).With(orderId, caller.Name).Bytes() is { } bytes ? V1.Order.Parser.ParseFrom(bytes) : null;

    public SentDocument? Document(long orderId, int quoteRevision)
    {
        using var row = document.With(orderId, quoteRevision).Rows();
        return row.Read() ? new SentDocument((int)row.Number(0), row.Bytes(1)) : null;
    }

    public List<Order> List(OrderQuery query) => InTransaction(() => lists.Read(query));

    public List<OrderEvent> Events(long orderId, long afterRevision, int limit)
    {
        var found = new List<OrderEvent>();
        using var row = events.With(orderId, afterRevision, limit).Rows();
        while (row.Read())
        {
            found.Add(OrderEvent.Parser.ParseFrom(row.Bytes(0)));
        }

        return found;
    }

    public LogPage Log(LogFilter filter, long afterPosition, int limit) => InTransaction(() =>
    {
        var rows = new List<LogRow>();
        var statement = filter switch
        {
            { OrderIds: { } ids } => logOfOrders.With(JsonSerializer.Serialize(ids), afterPosition, limit),
            { Party: { Role: Role.Client, Name: var name } } => logOfClient.With(name, afterPosition, limit),
            { Party: { Name: var name } } => logOfSupplier.With(name, afterPosition, limit),
            _ => logOfAll.With(default, afterPosition, limit),
        };
        var full = false;
        using (var row = statement.Rows())
        {
            for (var bytes = 0; !full && row.Read(); full = rows.Count == limit || bytes >= StoreLimits.BytesPerRead)
            {
                rows.Add(new LogRow(row.Number(0), row.Number(1), row.Text(2), row.Text(3), row.Bytes(4), row.Bytes(5)));
                bytes += rows[^1].Event.Length + rows[^1].Order.Length;
            }
        }

        // Not full: there are no others up to the end, as this transaction sees it.
        return new LogPage(rows, full ? rows[^1].Position : Math.Max(Head(), afterPosition));
    });

    public OrderSnapshot Snapshot(LogFilter filter, IReadOnlyCollection<State> states) => InTransaction(() =>
    {
        var wanted = JsonSerializer.Serialize(states.Count == 0 ? OrderProcess.Turns.Keys.Select(s => (int)s) : states.Select(s => (int)s));
        var statement = filter switch
        {
            { OrderIds: { } ids } => snapshotOfOrders.With(JsonSerializer.Serialize(ids), wanted),
            { Party: { Role: Role.Client, Name: var name } } => snapshotOfClient.With(name, wanted),
            { Party: { Name: var name } } => snapshotOfSupplier.With(name, wanted),
            _ => throw new ArgumentException("a snapshot is somebody's", nameof(filter)),
        };
        var positions = new List<long>();
        using (var row = statement.Rows())
        {
            while (row.Read())
            {
                positions.Add(row.Number(0));
            }
        }

        return new OrderSnapshot(Head(), [.. positions]);
    });

    public List<Order> OrdersAt(ReadOnlySpan<long> positions)
    {
        var orders = new List<Order>(positions.Length);
        for (var bytes = 0; orders.Count < positions.Length && bytes < StoreLimits.BytesPerRead;)
        {
            var row = orderAt.With(positions[orders.Count]).Bytes()!;
            bytes += row.Length;
            orders.Add(V1.Order.Parser.ParseFrom(row));
        }

        return orders;
    }

    public void Dispose() => prepared.Dispose();

    private PreparedStatement PrepareOrder(string party) => prepared.Prepare(
        $"SELECT log.order_after FROM orders JOIN log ON log.position = orders.position WHERE orders.id = $id AND orders.{party} = $name", "$id", "$name");

    private PreparedStatement PrepareLog(string whose) => prepared.Prepare(
        $"SELECT {Row} FROM log WHERE {whose} AND position > $after ORDER BY position LIMIT $limit", "$whose", "$after", "$limit");

    private PreparedStatement PrepareSnapshot(string whose) => prepared.Prepare(
        $"SELECT position FROM orders WHERE {whose} AND state IN (SELECT value FROM json_each($states)) ORDER BY id", "$whose", "$states");

    private T InTransaction<T>(Func<T> read)
    {
        begin.Run();
        try
        {
            return read();
        }
        finally
        {
            end.Run();
        }
    }
}
