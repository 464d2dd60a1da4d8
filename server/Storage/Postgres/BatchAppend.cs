using System.Text;
using Npgsql;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>What a batch appends, and how it is written: all rows of a table in one statement, all statements and the commit in one round trip.</summary>
internal sealed class BatchAppend
{
    private const string InsertLog =
        """
        INSERT INTO log (position, order_id, revision, client, supplier, caller, request_id, request_hash, event, order_after)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[])
        """;

    private const string InsertOrders =
        """
        INSERT INTO orders (id, client, supplier, state, client_reference, place_time, update_time, position)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
        """;

    private const string UpdateOrders =
        """
        UPDATE orders SET state = changed.state, update_time = changed.update_time, position = changed.position
        FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[]) AS changed(id, state, update_time, position) WHERE orders.id = changed.id
        """;

    private const string InsertReplacements = "INSERT INTO replacements (order_id, replacement) SELECT * FROM unnest($1::bigint[], $2::bigint[])";
    private const string InsertDocuments = "INSERT INTO quote_documents (order_id, quote_revision, document) SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bytea[])";
    private const string MoveHead = "UPDATE head SET position = $1, last_order = $2";

    private readonly List<(LogRow Row, long Revision, RequestKey? Request)> log = [];
    private readonly Dictionary<long, (Order Order, long Position)> placed = [];
    private readonly Dictionary<long, (Order Order, long Position)> changed = [];
    private readonly List<(long OrderId, int Revision, byte[] Document)> documents = [];

    /// <summary>The rows of the log, ascending.</summary>
    public IReadOnlyList<LogRow> Rows => [.. log.Select(entry => entry.Row)];

    /// <summary>The first row of the log.</summary>
    public LogRow First => log[0].Row;

    public bool IsEmpty => log.Count == 0;

    public long Bytes { get; private set; }

    public void Add(LogRow row, long revision, Order after, bool isNew, byte[]? document, RequestKey? request)
    {
        log.Add((row, revision, request));
        Bytes += row.Bytes;
        (isNew || placed.ContainsKey(after.Id) ? placed : changed)[after.Id] = (after, row.Position);
        if (document is not null)
        {
            documents.Add((after.Id, after.Quote.Revision, document));
        }
    }

    /// <summary>The statements of it, with the commit; NOTIFY wakes the other servers, once for all rows.</summary>
    public NpgsqlBatch Write(NpgsqlConnection connection, long lastOrder)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.Add(
            InsertLog,
            Column(log, entry => entry.Row.Position), Column(log, entry => entry.Row.OrderId), Column(log, entry => entry.Revision),
            Column(log, entry => entry.Row.Client), Column(log, entry => entry.Row.Supplier),
            Column(log, entry => entry.Request?.Caller.Key), Column(log, entry => entry.Request is { } request ? Encoding.UTF8.GetBytes(request.RequestId) : null), Column(log, entry => entry.Request?.ContentHash),
            Column(log, entry => entry.Row.Event), Column(log, entry => entry.Row.Order));
        if (placed.Count > 0)
        {
            batch.Add(
                InsertOrders,
                Column(placed.Values, one => one.Order.Id), Column(placed.Values, one => one.Order.Client), Column(placed.Values, one => one.Order.Supplier),
                Column(placed.Values, one => (int)one.Order.State), Column(placed.Values, one => one.Order.ClientReference),
                Column(placed.Values, one => StoredTime.Micros(one.Order.PlaceTime.ToDateTimeOffset())), Column(placed.Values, one => StoredTime.Micros(one.Order.UpdateTime.ToDateTimeOffset())),
                Column(placed.Values, one => one.Position));
        }

        if (changed.Count > 0)
        {
            batch.Add(
                UpdateOrders,
                Column(changed.Keys, id => id), Column(changed.Values, one => (int)one.Order.State),
                Column(changed.Values, one => StoredTime.Micros(one.Order.UpdateTime.ToDateTimeOffset())), Column(changed.Values, one => one.Position));
        }

        if (placed.Values.Where(one => one.Order.ReplacesOrderId != 0).ToList() is { Count: > 0 } replacing)
        {
            batch.Add(InsertReplacements, Column(replacing, one => one.Order.ReplacesOrderId), Column(replacing, one => one.Order.Id));
        }

        if (documents.Count > 0)
        {
            batch.Add(InsertDocuments, Column(documents, one => one.OrderId), Column(documents, one => one.Revision), Column(documents, one => one.Document));
        }

        batch.Add(MoveHead, log[^1].Row.Position, lastOrder);
        batch.Add("NOTIFY " + LogListener.Channel);
        batch.Add("COMMIT");
        return batch;
    }

    private static TValue[] Column<TRow, TValue>(IEnumerable<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];
}
