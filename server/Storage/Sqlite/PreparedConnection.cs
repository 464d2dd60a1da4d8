using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// A connection and the statements prepared on it. They end together: SQLite closes a file only when
/// none is left.
/// </summary>
public sealed class PreparedConnection : IDisposable
{
    private readonly List<PreparedStatement> statements = [];

    /// <summary>Takes the connection over.</summary>
    public PreparedConnection(SqliteConnection connection)
    {
        Connection = connection;

        // One plan for all values. Without this SQLite looks at the value of a LIMIT to choose one,
        // and so prepares the statement anew each time that the value is given.
        var result = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }

    public SqliteConnection Connection { get; }

    /// <summary>A prepared statement; its parameters are those named, in this order.</summary>
    public PreparedStatement Prepare(string sql, params string[] parameters)
    {
        var statement = new PreparedStatement(Connection, sql, parameters);
        statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        statements.ForEach(statement => statement.Dispose());
        Connection.Dispose();
    }
}
