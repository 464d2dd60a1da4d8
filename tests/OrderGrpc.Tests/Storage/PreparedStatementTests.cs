using Microsoft.Data.Sqlite;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Tests.Running;
using SQLitePCL;

namespace OrderGrpc.Tests.Storage;

public sealed class PreparedStatementTests
{
    // SQLITE_STMTSTATUS_REPREPARE and _RUN of sqlite3.h.
    private const int Repreparations = 5;
    private const int Runs = 6;

    [Fact]
    public void It_is_prepared_once_whatever_values_it_is_given()
    {
        using var folder = new TestFolder();
        using var file = SqliteFile.Open(folder.Data);
        using var prepared = new PreparedConnection(file.Connect(SqliteOpenMode.ReadOnly));
        prepared.Connection.Handle!.enable_sqlite3_next_stmt(true); // or the next_stmt below does not know the statement
        var statement = prepared.Prepare("SELECT position FROM log WHERE client = $client ORDER BY position LIMIT $limit", "$client", "$limit");
        for (var limit = 1; limit <= 3; limit++)
        {
            statement.With("client", limit).Run();
        }

        var handle = raw.sqlite3_next_stmt(prepared.Connection.Handle, null);
        Assert.Equal(3, raw.sqlite3_stmt_status(handle, Runs, 0));
        Assert.Equal(0, raw.sqlite3_stmt_status(handle, Repreparations, 0));
    }
}
