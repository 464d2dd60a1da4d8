using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using SQLitePCL;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// A read-only connection with its prepared statements, used by one thread at a time. Each method
/// is one short transaction, and ends at the cancellation that was given for it.
/// </summary>
public sealed class SqliteReader : IDisposable
{
    private const string Row = "position, order_id, client, supplier, event, order_after";

    private readonly PreparedConnection prepared;
    private readonly PreparedStatement begin, end, head, orderOfClient, orderOfSupplier, missingOfClient, missingOfSupplier, events, document, orderAt;
    private readonly PreparedStatement logOfAll, logOfClient, logOfSupplier;
    private readonly delegate_progress progress; // kept, or it would be collected while SQLite calls it

    public SqliteReader(SqliteFile file)
    {
        prepared = new PreparedConnection(file.Connect(SqliteOpenMode.ReadOnly));
        prepared.Connection.Execute($"PRAGMA query_only = ON; PRAGMA cache_size = -{SqliteLimits.ReaderCacheKibibytes}; PRAGMA temp_store = MEMORY");
        progress = _ => Cancellation.IsCancellationRequested ? 1 : 0;
        raw.sqlite3_progress_handler(prepared.Connection.Handle, SqliteLimits.StepsPerLook, progress, null);
        begin = prepared.Prepare("BEGIN");
        end = prepared.Prepare("COMMIT");
        head = prepared.Prepare("SELECT coalesce(max(position), 0) FROM log");
        orderOfClient = PrepareOrder("client");
        orderOfSupplier = PrepareOrder("supplier");
        missingOfClient = PrepareMissing("client");
        missingOfSupplier = PrepareMissing("supplier");
        events = prepared.Prepare("SELECT event FROM log WHERE order_id = $id AND revision > $after ORDER BY revision LIMIT $limit", "$id", "$after", "$limit");
        document = prepared.Prepare("SELECT quote_revision, document FROM quote_documents WHERE order_id = $id AND ($revision = 0 OR quote_revision = $revision) ORDER BY quote_revision DESC LIMIT 1", "$id", "$revision");
        orderAt = prepared.Prepare("SELECT order_after FROM log WHERE position = $position", "$position");
        logOfAll = PrepareLog("$whose IS NULL");
        logOfClient = PrepareLog("client = $whose");
        logOfSupplier = PrepareLog("supplier = $whose");
        Runs = new PartyRuns(prepared);
        Revisions = new OrderRevisions(prepared);
    }

    /// <summary>Ends what runs.</summary>
    internal CancellationToken Cancellation { get; set; }

    internal PartyRuns Runs { get; }

    internal OrderRevisions Revisions { get; }

    public long Head() => head.Number();

    public Order? Order(long orderId, Caller caller) =>
        (caller.Role == Role.Client ? orderOfClient : orderOfSupplier).With(orderId, caller.Name).Bytes() is { } bytes ? V1.Order.Parser.ParseFrom(bytes) : null;

    public long? Missing(string orderIds, Caller caller)
    {
        using var row = (caller.Role == Role.Client ? missingOfClient : missingOfSupplier).With(orderIds, caller.Name).Rows();
        return row.Read() ? row.Number(0) : null;
    }

    public SentDocument? Document(long orderId, int quoteRevision)
    {
        using var row = document.With(orderId, quoteRevision).Rows();
        return row.Read() ? new SentDocument((int)row.Number(0), row.Bytes(1)) : null;
    }

    public byte[] OrderAt(long position) => orderAt.With(position).Bytes()!;

    public OrderSlice List(OrderQuery query)
    {
        var orders = new List<byte[]>();
        var (looked, bytes, last) = (0, 0L, 0L);
        foreach (var row in Runs.Read(query))
        {
            if (orders.Count == query.Limit || looked == StoreLimits.RowsLookedAtPerSlice || bytes >= StoreLimits.BytesPerRead)
            {
                return new OrderSlice(orders, last, IsEnd: false, new ReadWork(looked, bytes));
            }

            looked++;
            last = row.Id;
            if (row.Matches)
            {
                var order = OrderAt(row.Position);
                bytes += order.Length;
                orders.Add(order);
            }
        }

        return new OrderSlice(orders, last, IsEnd: true, new ReadWork(looked, bytes));
    }

    public EventSlice Events(long orderId, long afterRevision, int limit)
    {
        var found = new List<OrderEvent>();
        var bytes = 0L;
        using var row = events.With(orderId, afterRevision, limit).Rows();
        while (row.Read())
        {
            if (bytes >= StoreLimits.BytesPerRead)
            {
                return new EventSlice(found, IsEnd: false, new ReadWork(found.Count, bytes));
            }

            var happened = row.Bytes(0);
            bytes += happened.Length;
            found.Add(OrderEvent.Parser.ParseFrom(happened));
        }

        return new EventSlice(found, IsEnd: found.Count < limit, new ReadWork(found.Count, bytes));
    }

    /// <summary>A slice of the whole log, or of a party's.</summary>
    public LogPage Log(LogFilter filter, long afterPosition)
    {
        const int limit = StoreLimits.RowsPerSlice;
        var rows = new List<LogRow>();
        var statement = filter.Party switch
        {
            { Role: Role.Client, Name: var name } => logOfClient.With(name, afterPosition, limit),
            { Name: var name } => logOfSupplier.With(name, afterPosition, limit),
            _ => logOfAll.With(default, afterPosition, limit),
        };
        var (full, bytes) = (false, 0L);
        using (var row = statement.Rows())
        {
            for (; !full && row.Read(); full = rows.Count == limit || bytes >= StoreLimits.BytesPerRead)
            {
                rows.Add(ReadRow(row));
                bytes += rows[^1].Bytes;
            }
        }

        // Not full: there are no others up to the end, as this transaction sees it.
        return new LogPage(rows, full ? rows[^1].Position : Math.Max(Head(), afterPosition), new ReadWork(rows.Count, bytes));
    }

    /// <summary>Runs reads in one transaction: they see the log at one moment.</summary>
    public T InTransaction<T>(Func<SqliteReader, T> read)
    {
        begin.Run();
        try
        {
            return read(this);
        }
        finally
        {
            Cancellation = CancellationToken.None; // or the end would be interrupted too
            end.Run();
        }
    }

    public void Dispose() => prepared.Dispose();

    internal static LogRow ReadRow(PreparedStatement.RowReader row) =>
        new(row.Number(0), row.Number(1), row.Text(2), row.Text(3), row.Bytes(4), row.Bytes(5));

    private PreparedStatement PrepareOrder(string party) => prepared.Prepare(
        $"SELECT log.order_after FROM orders JOIN log ON log.position = orders.position WHERE orders.id = $id AND orders.{party} = $name", "$id", "$name");

    private PreparedStatement PrepareMissing(string party) => prepared.Prepare(
        $"SELECT value FROM json_each($ids) WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = value AND orders.{party} = $name) LIMIT 1", "$ids", "$name");

    private PreparedStatement PrepareLog(string whose) => prepared.Prepare(
        $"SELECT {Row} FROM log WHERE {whose} AND position > $after ORDER BY position LIMIT $limit", "$whose", "$after", "$limit");
}
