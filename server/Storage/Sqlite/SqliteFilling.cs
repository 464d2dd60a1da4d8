using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Deployments;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>A file that is filled with the rows of another deployment: that of a data folder, or one by itself.</summary>
public sealed class SqliteFilling : IStoreFilling
{
    private readonly PreparedConnection prepared;
    private readonly RowAppend append;
    private readonly PreparedStatement begin, commit, rollback, findReplacement;
    private readonly SqliteFile? file;

    private SqliteFilling(string path, PreparedConnection prepared, SqliteFile? file)
    {
        (Name, this.prepared, this.file) = (path, prepared, file);
        append = new RowAppend(prepared);
        begin = prepared.Prepare("BEGIN IMMEDIATE");
        commit = prepared.Prepare("COMMIT");
        rollback = prepared.Prepare("ROLLBACK");
        findReplacement = prepared.Prepare("SELECT replacement FROM replacements WHERE order_id = $order", "$order");
    }

    public string Name { get; }

    /// <summary>Opens the file of a data folder, made if there is none; no server runs on it meanwhile.</summary>
    /// <exception cref="StartException">It is in use, damaged, newer, not ours, or cannot be written.</exception>
    public static SqliteFilling OpenFolder(string folder)
    {
        var file = SqliteFile.Open(folder, half: true);
        try
        {
            // In a WAL each commit is whole, whatever comes; that the last ones are on disk is seen to at the end.
            return new SqliteFilling(file.Path, Connect(file.Path, "PRAGMA synchronous = NORMAL"), file);
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is SqliteException ? new StartException($"{file.Path} cannot be written: {e.Message}", e) : e;
        }
    }

    /// <summary>Makes a file of an empty one. What becomes of it if this is broken off, and that it is on disk, is for the caller.</summary>
    public static SqliteFilling MakeFile(string path)
    {
        var prepared = Connect(path, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
        Schema.Make(prepared.Connection, half: true);
        return new SqliteFilling(path, prepared, null);
    }

    public ValueTask<IStoredRows> ReadAsync() => new(SqliteRows.Open(Name, half: true));

    public ValueTask BeginAsync()
    {
        prepared.Connection.Execute(FileMark.Statement(half: true));
        return ValueTask.CompletedTask;
    }

    public ValueTask AppendAsync(IReadOnlyList<WholeRow> rows)
    {
        begin.Run();
        try
        {
            foreach (var row in rows)
            {
                Append(row, Order.Parser.ParseFrom(row.Row.Order));
            }

            commit.Run();
            return ValueTask.CompletedTask;
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(prepared.Connection.Handle) == 0)
            {
                rollback.Run();
            }

            throw;
        }
    }

    public ValueTask FinishAsync()
    {
        prepared.Connection.Execute("PRAGMA synchronous = FULL");
        prepared.Connection.Execute(FileMark.Statement(half: false));
        return ValueTask.CompletedTask;
    }

    public string? Explain(Exception failure) => failure is SqliteException e ? e.Message : null;

    public ValueTask DisposeAsync()
    {
        prepared.Dispose();
        file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Append(WholeRow row, Order after)
    {
        append.Log(row.Row, row.Revision, row.Request?.Caller, row.Request?.Id, row.Request?.Hash);
        append.Order(after.Id, OrderColumns.Of(after, row.Row.Position), isNew: row.Revision == 1);
        if (row.Revision == 1 && after.ReplacesOrderId != 0 && !IsReplaced(after.ReplacesOrderId))
        {
            append.Replacement(after.ReplacesOrderId, after.Id);
        }

        if (row is { Document: { } document, SentQuote: { } quote })
        {
            append.Document(after.Id, quote, document);
        }
    }

    // Of two orders from before an order was replaced once, the first has its place.
    private bool IsReplaced(long orderId)
    {
        using var row = findReplacement.With(orderId).Rows();
        return row.Read();
    }

    private static PreparedConnection Connect(string path, string pragmas)
    {
        var prepared = new PreparedConnection(SqliteFile.Connect(path, SqliteOpenMode.ReadWrite));
        prepared.Connection.Execute(pragmas);
        prepared.Connection.Execute(FormattableString.Invariant($"PRAGMA cache_size = -{SqliteLimits.WriterCacheKibibytes}; PRAGMA temp_store = MEMORY"));
        return prepared;
    }
}
