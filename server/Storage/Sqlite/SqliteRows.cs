using Google.Protobuf;
using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Deployments;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>All rows of a file, in one read transaction. The file may come from anywhere.</summary>
public sealed class SqliteRows : IStoredRows
{
    private const string Row = "position, order_id, client, supplier, event, order_after, revision, caller, CAST(request_id AS BLOB), request_hash";

    private readonly PreparedConnection prepared;
    private readonly Statements statements;

    private SqliteRows(string path, PreparedConnection prepared) => (Name, this.prepared, statements) = (path, prepared, new Statements(prepared));

    public string Name { get; }

    private SqliteConnection Connection => prepared.Connection;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="half">Whether it may be half a copy.</param>
    /// <exception cref="StartException">There is no such file, or it is not one of ours.</exception>
    public static SqliteRows Open(string path, bool half = false)
    {
        if (!File.Exists(path))
        {
            throw new StartException($"There is no {path}.");
        }

        try
        {
            var prepared = new PreparedConnection(SqliteFile.Connect(path, SqliteOpenMode.ReadOnly));
            try
            {
                FileMark.RefuseForeign(prepared.Connection, path, half);
                SqliteFile.LimitSteps(prepared.Connection, path);
                prepared.Connection.Execute("BEGIN");
                return new SqliteRows(path, prepared);
            }
            catch
            {
                prepared.Dispose();
                throw;
            }
        }
        catch (SqliteException e)
        {
            throw new StartException($"{path}: {ExplainFailure(e)}", e);
        }
    }

    public ValueTask<IReadOnlyList<string>> FindSchemaFaultsAsync() => new(SchemaCheck.FaultsOf(Connection));

    public ValueTask<IReadOnlyList<string>> FindEngineFaultsAsync() =>
        new(Connection.Text("PRAGMA integrity_check(1)") is var found and not "ok" ? [$"a page is damaged: {found}"] : []);

    public ValueTask<RowCounts> CountAsync() => new(new RowCounts(
        Connection.Scalar("SELECT count(*) FROM log"),
        Connection.Scalar("SELECT coalesce(min(position), 0) FROM log"),
        Connection.Scalar("SELECT coalesce(max(position), 0) FROM log"),
        Connection.Scalar("SELECT count(*) FROM orders"),
        Connection.Scalar("SELECT count(*) FROM quote_documents")));

    public ValueTask<IReadOnlyList<WholeRow>> ReadByPositionAsync(long afterPosition) => Slice(statements.ByPosition.With(afterPosition));

    public ValueTask<IReadOnlyList<WholeRow>> ReadByOrderAsync(long afterOrderId, long afterRevision) => Slice(statements.ByOrder.With(afterOrderId, afterRevision));

    public ValueTask<IReadOnlyDictionary<long, OrderColumns>> FindOrdersAsync(IReadOnlyCollection<long> orderIds) =>
        Find(orderIds, statements.OrderOf, row => new OrderColumns(row.Text(0), row.Text(1), (int)row.Number(2), row.Text(3), row.Number(4), row.Number(5), row.Number(6)));

    public ValueTask<IReadOnlyDictionary<long, long>> FindReplacementsAsync(IReadOnlyCollection<long> orderIds) =>
        Find(orderIds, statements.ReplacementOf, row => row.Number(0));

    public ValueTask<IReadOnlyList<ReplacementRow>> ReadReplacementsAsync(long afterOrderId)
    {
        var found = new List<ReplacementRow>();
        using var row = statements.Replacements.With(afterOrderId).Rows();
        while (row.Read())
        {
            found.Add(new ReplacementRow(row.Number(0), row.Number(1), row.IsNull(2) ? null : row.Bytes(2), row.Number(3) != 0));
        }

        return new(found);
    }

    /// <summary>The same as of these rows: no server runs on the file while it is copied.</summary>
    public async ValueTask<long> ReadHeadNowAsync() => (await CountAsync()).LastPosition;

    public string? Explain(Exception failure) => failure is SqliteException or InvalidProtocolBufferException ? ExplainFailure(failure) : null;

    public ValueTask DisposeAsync()
    {
        prepared.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ExplainFailure(Exception e) => (e as SqliteException)?.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_INTERRUPT => "to check it takes longer than a sound file of its size can",
        SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_NOMEM => "it holds values larger than this program writes",
        _ => $"it cannot be read: {e.Message}",
    };

    private ValueTask<IReadOnlyList<WholeRow>> Slice(PreparedStatement statement)
    {
        var (found, bytes) = (new List<WholeRow>(), 0L);
        using var row = statement.Rows();
        while (bytes < DeploymentLimits.BytesPerSlice && row.Read())
        {
            var next = new WholeRow(
                SqliteReader.ReadRow(row), row.Number(6), row.IsNull(7) ? null : new StoredRequest(row.Text(7), row.Bytes(8), row.Bytes(9)));
            if (next.SentQuote is { } quote && statements.DocumentOf.With(next.Row.OrderId, quote).Bytes() is { } document)
            {
                next = next with { Document = document };
            }

            found.Add(next);
            bytes += next.Row.Bytes + (next.Document?.Length ?? 0);
        }

        return new(found);
    }

    private static ValueTask<IReadOnlyDictionary<long, T>> Find<T>(IReadOnlyCollection<long> ids, PreparedStatement statement, Func<PreparedStatement.RowReader, T> read)
    {
        var found = new Dictionary<long, T>();
        foreach (var id in ids)
        {
            using var row = statement.With(id).Rows();
            if (row.Read())
            {
                found.Add(id, read(row));
            }
        }

        return new(found);
    }

    // Prepared by whoever needs them: a file of an older schema may lack what one of them is of.
    private sealed class Statements(PreparedConnection file)
    {
        private readonly string limit = FormattableString.Invariant($"LIMIT {DeploymentLimits.RowsPerSlice}");
        private PreparedStatement? byPosition, byOrder, documentOf, orderOf, replacementOf, replacements;

        public PreparedStatement ByPosition => byPosition ??= file.Prepare($"SELECT {Row} FROM log WHERE position > $after ORDER BY position {limit}", "$after");

        public PreparedStatement ByOrder => byOrder ??= file.Prepare(
            $"SELECT {Row} FROM log WHERE (order_id, revision) > ($order, $revision) ORDER BY order_id, revision {limit}", "$order", "$revision");

        public PreparedStatement DocumentOf => documentOf ??= file.Prepare("SELECT document FROM quote_documents WHERE order_id = $id AND quote_revision = $revision", "$id", "$revision");

        public PreparedStatement OrderOf => orderOf ??= file.Prepare("SELECT client, supplier, state, client_reference, place_time, update_time, position FROM orders WHERE id = $id", "$id");

        public PreparedStatement ReplacementOf => replacementOf ??= file.Prepare("SELECT replacement FROM replacements WHERE order_id = $id", "$id");

        public PreparedStatement Replacements => replacements ??= file.Prepare(
            $"""
            SELECT replacements.order_id, replacement, event, coalesce(replaced.client = log.client, 0)
            FROM replacements LEFT JOIN log ON log.order_id = replacement AND log.revision = 1 LEFT JOIN orders AS replaced ON replaced.id = replacements.order_id
            WHERE replacements.order_id > $after ORDER BY replacements.order_id {limit}
            """,
            "$after");
    }
}
