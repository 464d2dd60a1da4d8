using Microsoft.Data.Sqlite;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// A connection and the statements prepared on it. They end together: SQLite closes a file only when
/// none is left.
/// </summary>
public sealed class PreparedConnection(SqliteConnection connection) : IDisposable
{
    private readonly List<PreparedStatement> statements = [];

    public SqliteConnection Connection => connection;

    /// <summary>A prepared statement; its parameters are those named, in this order.</summary>
    public PreparedStatement Prepare(string sql, params string[] parameters)
    {
        var statement = new PreparedStatement(connection, sql, parameters);
        statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        statements.ForEach(statement => statement.Dispose());
        connection.Dispose();
    }
}
