using Google.Protobuf;
using Npgsql;
using OrderGrpc.Server.Storage.Deployments;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>All rows of a database as they are at one moment: in one transaction that sees no other's.</summary>
public sealed class PostgresRows : IStoredRows
{
    private const string Row = "position, order_id, client, supplier, event, order_after, revision, caller, request_id, request_hash";

    private static readonly string ByPosition = Measured("position", "position > $1");
    private static readonly string ByOrder = Measured("order_id, revision", "(order_id, revision) > ($1, $2)");
    private static readonly string Replacements = FormattableString.Invariant(
        $"""
        SELECT replacements.order_id, replacement, event, coalesce(replaced.client = log.client, false)
        FROM replacements LEFT JOIN log ON log.order_id = replacement AND log.revision = 1 LEFT JOIN orders AS replaced ON replaced.id = replacements.order_id
        WHERE replacements.order_id > $1 ORDER BY replacements.order_id LIMIT {DeploymentLimits.RowsPerSlice}
        """);

    private readonly PostgresSession session;
    private readonly Func<ValueTask<long>> headNow;

    private PostgresRows(PostgresSession session, Func<ValueTask<long>> headNow) => (this.session, this.headNow) = (session, headNow);

    public string Name => session.Name;

    /// <summary>Opens a database.</summary>
    /// <param name="store">An Npgsql connection string, of one host or several.</param>
    /// <param name="passwordFile">The file with the password; empty for none.</param>
    /// <param name="half">Whether it may be half a copy.</param>
    /// <exception cref="StartException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<PostgresRows> OpenAsync(string store, string passwordFile, bool half = false)
    {
        Task<PostgresSession> SessionAsync() => PostgresSession.OpenAsync(store, passwordFile, (connection, name) => Schema.CheckAsync(connection, name, half));
        var session = await SessionAsync();
        try
        {
            // The moment is that of the first read.
            await using var begin = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT position FROM head", session.Connection);
            await begin.ExecuteNonQueryAsync();
            return new PostgresRows(session, async () =>
            {
                await using var another = await SessionAsync();
                return await OrderReads.HeadAsync(another.Connection, CancellationToken.None);
            });
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A rule or a trigger more would have our own statements do what we did not write.</summary>
    public async ValueTask<IReadOnlyList<string>> FindSchemaFaultsAsync() => await ReadAsync(
        """
        SELECT 'its trigger ' || quote_literal(tgname) || ' on ' || quote_literal(relname) || ' is not of this program'
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        UNION ALL
        SELECT 'its rule ' || quote_literal(rulename) || ' on ' || quote_literal(tablename) || ' is not of this program' FROM pg_rules WHERE schemaname = current_schema()
        UNION ALL
        SELECT 'its ' || quote_literal(relname) || ' is no table' FROM pg_class
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relname IN ('head', 'log', 'orders', 'quote_documents', 'replacements') AND relkind <> 'r'
        LIMIT 20
        """,
        [],
        row => row.GetString(0));

    public async ValueTask<IReadOnlyList<string>> FindEngineFaultsAsync() => await ReadAsync(
        """
        SELECT format('the head is at position %s and order %s, and the log ends at %s and the orders at %s', head.position, last_order, log.last, orders.last)
        FROM head, (SELECT coalesce(max(position), 0) AS last FROM log) AS log, (SELECT coalesce(max(id), 0) AS last FROM orders) AS orders
        WHERE head.position <> log.last OR last_order <> orders.last
        """,
        [],
        row => row.GetString(0));

    public async ValueTask<RowCounts> CountAsync() => (await ReadAsync(
        """
        SELECT count(*), coalesce(min(position), 0), coalesce(max(position), 0), (SELECT count(*) FROM orders), (SELECT count(*) FROM quote_documents) FROM log
        """,
        [],
        row => new RowCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))))[0];

    public ValueTask<IReadOnlyList<WholeRow>> ReadByPositionAsync(long afterPosition) => SliceAsync(ByPosition, afterPosition);

    public ValueTask<IReadOnlyList<WholeRow>> ReadByOrderAsync(long afterOrderId, long afterRevision) => SliceAsync(ByOrder, afterOrderId, afterRevision);

    public async ValueTask<IReadOnlyDictionary<long, OrderColumns>> FindOrdersAsync(IReadOnlyCollection<long> orderIds) => (await ReadAsync(
        "SELECT id, client, supplier, state, client_reference, place_time, update_time, position FROM orders WHERE id = ANY($1)",
        [orderIds.ToArray()],
        row => (Id: row.GetInt64(0), Columns: new OrderColumns(row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7)))))
        .ToDictionary(one => one.Id, one => one.Columns);

    public async ValueTask<IReadOnlyDictionary<long, long>> FindReplacementsAsync(IReadOnlyCollection<long> orderIds) => (await ReadAsync(
        "SELECT order_id, replacement FROM replacements WHERE order_id = ANY($1)",
        [orderIds.ToArray()],
        row => (Id: row.GetInt64(0), Replacement: row.GetInt64(1))))
        .ToDictionary(one => one.Id, one => one.Replacement);

    public async ValueTask<IReadOnlyList<ReplacementRow>> ReadReplacementsAsync(long afterOrderId) => await ReadAsync(
        Replacements,
        [afterOrderId],
        row => new ReplacementRow(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.Bytes(2), row.GetBoolean(3)));

    public ValueTask<long> ReadHeadNowAsync() => headNow();

    public string? Explain(Exception failure) => failure is NpgsqlException or TimeoutException or IOException or InvalidProtocolBufferException ? $"it cannot be read: {failure.Message}" : null;

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private async ValueTask<IReadOnlyList<WholeRow>> SliceAsync(string sql, params object[] after)
    {
        var rows = await ReadAsync(sql, after, row => new WholeRow(
            new LogRow(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.Bytes(4), row.Bytes(5)),
            row.GetInt64(6),
            row.IsDBNull(7) ? null : new StoredRequest(row.GetString(7), row.Bytes(8), row.Bytes(9))));
        var sent = rows.Where(row => row.SentQuote is not null).ToDictionary(row => (row.Row.OrderId, row.SentQuote!.Value), row => row);
        if (sent.Count == 0)
        {
            return rows;
        }

        var documents = (await ReadAsync(
            "SELECT order_id, quote_revision, document FROM unnest($1::bigint[], $2::integer[]) AS asked(id, revision) JOIN quote_documents ON order_id = id AND quote_revision = revision",
            [sent.Keys.Select(quote => quote.OrderId).ToArray(), sent.Keys.Select(quote => quote.Value).ToArray()],
            row => (Quote: (row.GetInt64(0), row.GetInt32(1)), Document: row.Bytes(2))))
            .ToDictionary(one => one.Quote, one => one.Document);
        return rows.ConvertAll(row => row.SentQuote is { } quote && documents.TryGetValue((row.Row.OrderId, quote), out var document) ? row with { Document = document } : row);
    }

    private async Task<List<T>> ReadAsync<T>(string sql, object[] values, Func<NpgsqlDataReader, T> read)
    {
        var found = new List<T>();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.Add(sql, values);
        await using var row = await batch.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            found.Add(read(row));
        }

        return found;
    }

    // Cut by bytes where it is read: a row is told when those before it are less than the bound.
    private static string Measured(string order, string after) => FormattableString.Invariant(
        $"""
        SELECT {Row} FROM (
            SELECT {Row}, sum(octet_length(event) + octet_length(order_after)) OVER (ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM (SELECT {Row} FROM log WHERE {after} ORDER BY {order} LIMIT {DeploymentLimits.RowsPerSlice}) AS next
        ) AS measured WHERE coalesce(before, 0) < {DeploymentLimits.BytesPerSlice} ORDER BY {order}
        """);
}
