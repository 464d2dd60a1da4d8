using Npgsql;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// Reads of the log and of single orders. Each is one statement, or some in one round trip whose order
/// says what they may see of each other. What is bounded by bytes is cut where it is read: a row is told
/// when those before it are less than the bound.
/// </summary>
internal static class OrderReads
{
    private const string Row = "position, order_id, client, supplier, event, order_after";
    private const string Head = "SELECT position FROM head";

    public static async Task<long> HeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Head);
        return (long)(await batch.ExecuteScalarAsync(cancellation))!;
    }

    public static async Task<Order?> OrderAsync(NpgsqlConnection connection, long orderId, Caller caller, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add($"SELECT log.order_after FROM orders JOIN log ON log.position = orders.position WHERE orders.id = $1 AND orders.{Party(caller)} = $2", orderId, caller.Name);
        return await batch.ExecuteScalarAsync(cancellation) is byte[] bytes ? Order.Parser.ParseFrom(bytes) : null;
    }

    public static async Task<long?> MissingAsync(NpgsqlConnection connection, long[] orderIds, Caller caller, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            SELECT asked.id FROM unnest($1::bigint[]) WITH ORDINALITY AS asked(id, n)
            WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = asked.id AND orders.{Party(caller)} = $2 OFFSET 0) ORDER BY asked.n LIMIT 1
            """,
            orderIds,
            caller.Name);
        return (long?)await batch.ExecuteScalarAsync(cancellation);
    }

    public static async Task<SentDocument?> DocumentAsync(NpgsqlConnection connection, long orderId, int quoteRevision, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("SELECT quote_revision, document FROM quote_documents WHERE order_id = $1 AND ($2 = 0 OR quote_revision = $2) ORDER BY quote_revision DESC LIMIT 1", orderId, quoteRevision);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new SentDocument(row.GetInt32(0), row.Bytes(1)) : null;
    }

    public static async Task<EventSlice> EventsAsync(NpgsqlConnection connection, long orderId, long afterRevision, int limit, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            SELECT event, found FROM (
                SELECT revision, event, count(*) OVER () AS found, sum(octet_length(event)) OVER (ORDER BY revision ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM (SELECT revision, event FROM log WHERE order_id = $1 AND revision > $2 ORDER BY revision LIMIT $3) AS next
            ) AS measured WHERE coalesce(before, 0) < {StoreLimits.BytesPerRead} ORDER BY revision
            """,
            orderId,
            afterRevision,
            limit);
        var (events, found, bytes) = (new List<OrderEvent>(), 0L, 0L);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var happened = row.Bytes(0);
            events.Add(OrderEvent.Parser.ParseFrom(happened));
            bytes += happened.Length;
            found = row.GetInt64(1);
        }

        return new EventSlice(events, IsEnd: events.Count == found && found < limit, new ReadWork((int)found, bytes));
    }

    /// <summary>A slice of the whole log, or of a party's.</summary>
    public static async Task<LogPage> LogAsync(NpgsqlConnection connection, LogFilter filter, long afterPosition, CancellationToken cancellation) =>
        (await LogAndHeadAsync(connection, filter, afterPosition, cancellation)).Page;

    /// <summary>The same, with the end of the log at that moment, which may be before the position where another database answers.</summary>
    public static async Task<(LogPage Page, long Head)> LogAndHeadAsync(NpgsqlConnection connection, LogFilter filter, long afterPosition, CancellationToken cancellation)
    {
        const int limit = StoreLimits.RowsPerSlice;
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Head); // before the rows: up to there none can be missing from them
        var whose = filter.Party is { } party ? Party(party) + " = $2 AND " : "";
        var sql = Measured($"SELECT {Row} FROM log WHERE {whose}position > $1 ORDER BY position LIMIT {limit}");
        if (filter.Party is { Name: var name })
        {
            batch.Add(sql, afterPosition, name);
        }
        else
        {
            batch.Add(sql, afterPosition);
        }

        await using var row = await batch.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var head = row.GetInt64(0);
        await row.NextAsync(cancellation);
        var (rows, bytes) = await RowsAsync(row, cancellation);
        var full = rows.Count == limit || bytes >= StoreLimits.BytesPerRead;
        var last = rows.Count > 0 ? rows[^1].Position : afterPosition;
        return (new LogPage(rows, full ? last : Math.Max(head, last), new ReadWork(rows.Count, bytes)), head);
    }

    /// <summary>The rows at these positions, ascending, as many as fit in a slice.</summary>
    public static async Task<(List<LogRow> Rows, long Bytes)> RowsAtAsync(NpgsqlConnection connection, long[] positions, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(Measured($"SELECT {Row} FROM log WHERE position = ANY($1)"), positions);
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await RowsAsync(row, cancellation);
    }

    /// <summary>The positions of each of these orders that follow one, up to another and so many for each.</summary>
    public static async Task<List<(long OrderId, long Position)>> PositionsAsync(
        NpgsqlConnection connection, long[] orderIds, long[] after, long upTo, int each, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            SELECT asked.id, found.position FROM unnest($1::bigint[], $2::bigint[]) AS asked(id, after)
            CROSS JOIN LATERAL (SELECT position FROM log WHERE order_id = asked.id AND position > asked.after AND position <= $3 ORDER BY position LIMIT $4) AS found
            """,
            orderIds,
            after,
            upTo,
            each);
        var found = new List<(long, long)>();
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            found.Add((row.GetInt64(0), row.GetInt64(1)));
        }

        return found;
    }

    /// <summary>These orders as they were at a position, by id, as many as fit in a slice; null for one that came later.</summary>
    public static async Task<List<(long Id, byte[]? Order)>> OrdersAtAsync(NpgsqlConnection connection, long[] orderIds, long position, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            $"""
            SELECT id, order_after FROM (
                SELECT asked.id, past.order_after, sum(octet_length(past.order_after)) OVER (ORDER BY asked.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                FROM unnest($1::bigint[]) AS asked(id)
                LEFT JOIN LATERAL (SELECT order_after FROM log WHERE order_id = asked.id AND position <= $2 ORDER BY position DESC LIMIT 1) AS past ON true
            ) AS measured WHERE coalesce(before, 0) < {StoreLimits.BytesPerRead} ORDER BY id
            """,
            orderIds,
            position);
        var orders = new List<(long, byte[]?)>();
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            orders.Add((row.GetInt64(0), await row.IsDBNullAsync(1, cancellation) ? null : row.Bytes(1)));
        }

        return orders;
    }

    /// <summary>The column of a party.</summary>
    public static string Party(Caller caller) => caller.Role == Role.Client ? "client" : "supplier";

    private static string Measured(string rows) =>
        $"""
        SELECT {Row} FROM (
            SELECT {Row}, sum(octet_length(event) + octet_length(order_after)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM ({rows}) AS next
        ) AS measured WHERE coalesce(before, 0) < {StoreLimits.BytesPerRead} ORDER BY position
        """;

    private static async Task<(List<LogRow> Rows, long Bytes)> RowsAsync(NpgsqlDataReader row, CancellationToken cancellation)
    {
        var (rows, bytes) = (new List<LogRow>(), 0L);
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(new LogRow(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.Bytes(4), row.Bytes(5)));
            bytes += rows[^1].Bytes;
        }

        return (rows, bytes);
    }
}
