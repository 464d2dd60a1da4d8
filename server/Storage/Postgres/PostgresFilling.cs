using System.Text;
using Npgsql;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>A database that is filled with the rows of another deployment.</summary>
public sealed class PostgresFilling : IStoreFilling
{
    private const string Servers = // that are connected, as far as the database tells this user; on half a copy they cannot be but to find that out
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND application_name = $1 AND EXISTS (SELECT 1 FROM head WHERE NOT half_copied)
        """;

    private readonly PostgresSession session;
    private readonly Func<Task<PostgresRows>> open;
    private long lastOrder;

    private PostgresFilling(PostgresSession session, Func<Task<PostgresRows>> open) => (this.session, this.open) = (session, open);

    public string Name => session.Name;

    /// <summary>Opens a database, and makes its schema or brings it up to date.</summary>
    /// <param name="store">An Npgsql connection string, of one host or several.</param>
    /// <param name="passwordFile">The file with the password; empty for none.</param>
    /// <exception cref="StartException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<PostgresFilling> OpenAsync(string store, string passwordFile) => new(
        await PostgresSession.OpenAsync(store, passwordFile, (connection, name) => Schema.PrepareAsync(connection, name, Schema.Scripts, half: true)),
        () => PostgresRows.OpenAsync(store, passwordFile, half: true));

    public async ValueTask<IStoredRows> ReadAsync() => await open();

    public async ValueTask BeginAsync()
    {
        if (await ScalarAsync(Servers, session.Servers) is > 0 and var servers)
        {
            throw new StartException(FormattableString.Invariant($"Servers are running on {Name} ({servers} connections). Stop them, then try again."));
        }

        await Schema.MarkHalfAsync(session.Connection, half: true);
        lastOrder = await ScalarAsync("SELECT last_order FROM head");

        // A commit that is lost with the database is copied again; the last one waits for the disk, and for the standby, and so for all before it.
        await ExecuteAsync("SET synchronous_commit = off");
    }

    public async ValueTask AppendAsync(IReadOnlyList<WholeRow> rows)
    {
        var orders = rows.Select(row => Order.Parser.ParseFrom(row.Row.Order)).ToList();
        await ForgetReplacedAsync([.. orders.Where((order, i) => rows[i].Revision == 1 && order.ReplacesOrderId != 0)]);
        var append = new BatchAppend();
        foreach (var (row, order) in rows.Zip(orders))
        {
            append.Add(row.Row, row.Revision, order, isNew: row.Revision == 1, row.Document, KeyOf(row.Request));
            lastOrder = Math.Max(lastOrder, order.Id);
        }

        await ExecuteAsync("BEGIN");
        await using var batch = append.Write(session.Connection, lastOrder);
        await batch.ExecuteNonQueryAsync();
    }

    public async ValueTask FinishAsync()
    {
        await ExecuteAsync("RESET synchronous_commit");
        await ExecuteAsync("ANALYZE log, orders, quote_documents, replacements");
        using var waited = new CommitNotices(session.Connection);
        await Schema.MarkHalfAsync(session.Connection, half: false);
        waited.ThrowIfCancelled();
    }

    public string? Explain(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => "something else writes to it at the same time, such as another 'server copy'. Let that end.",
        NpgsqlException or TimeoutException or IOException => failure.Message,
        _ => null,
    };

    public ValueTask DisposeAsync() => session.DisposeAsync();

    // Of two orders from before an order was replaced once, the first has its place.
    private async Task ForgetReplacedAsync(List<Order> replacing)
    {
        if (replacing.Count == 0)
        {
            return;
        }

        var replaced = new HashSet<long>();
        await using (var batch = new NpgsqlBatch(session.Connection))
        {
            batch.Add("SELECT order_id FROM replacements WHERE order_id = ANY($1)", replacing.ConvertAll(order => order.ReplacesOrderId).ToArray());
            await using var row = await batch.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                replaced.Add(row.GetInt64(0));
            }
        }

        foreach (var order in replacing.Where(order => !replaced.Add(order.ReplacesOrderId)))
        {
            order.ReplacesOrderId = 0;
        }
    }

    private static RequestKey? KeyOf(StoredRequest? request) => request is null ? null : new RequestKey(
        new Caller(
            request.Caller.StartsWith("client:", StringComparison.Ordinal) ? Role.Client : Role.Supplier,
            request.Caller[(request.Caller.IndexOf(':', StringComparison.Ordinal) + 1)..]),
        Encoding.UTF8.GetString(request.Id),
        request.Hash);

    private async Task<long> ScalarAsync(string sql, params object[] values)
    {
        await using var batch = new NpgsqlBatch(session.Connection);
        batch.Add(sql, values);
        return (long)(await batch.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.Add(sql);
        await batch.ExecuteNonQueryAsync();
    }
}
