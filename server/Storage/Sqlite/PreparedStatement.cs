using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrderGrpc.Server.Storage.Sqlite;

/// <summary>
/// A statement that is prepared once and run often, straight on SQLite's own functions: what a
/// SqliteCommand does around them costs half as much again as the work itself.
/// </summary>
public sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly int[] indexes;

    internal PreparedStatement(SqliteConnection connection, string sql, string[] parameters)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        indexes = [.. parameters.Select(name => raw.sqlite3_bind_parameter_index(statement, name))];
        if (indexes.Contains(0) || indexes.Length != raw.sqlite3_bind_parameter_count(statement))
        {
            throw new ArgumentException($"{string.Join(", ", parameters)} are not the parameters of {sql}", nameof(parameters));
        }
    }

    /// <summary>Gives the parameters their values, in order.</summary>
    public PreparedStatement With(params ReadOnlySpan<SqlValue> values)
    {
        if (values.Length != indexes.Length)
        {
            throw new ArgumentException($"{values.Length} values for {indexes.Length} parameters", nameof(values)); // SQLite would keep those of the run before
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Bind(statement, indexes[i]));
        }

        return this;
    }

    /// <summary>Runs it, for what it does.</summary>
    public void Run()
    {
        using var rows = Rows();
        while (rows.Read())
        {
        }
    }

    /// <summary>Runs it, for the bytes in the first column of its first row; null for no row.</summary>
    public byte[]? Bytes()
    {
        using var rows = Rows();
        return rows.Read() ? rows.Bytes(0) : null;
    }

    /// <summary>Runs it, for the number in the first column of its first row.</summary>
    public long Number()
    {
        using var rows = Rows();
        return rows.Read() ? rows.Number(0) : throw new InvalidOperationException("there is no row");
    }

    /// <summary>Runs it row by row; disposed at the end, or it would hold on to its snapshot of the file.</summary>
    public RowReader Rows() => new(this);

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }

    /// <summary>The rows of one run.</summary>
    public readonly struct RowReader(PreparedStatement owner) : IDisposable
    {
        public bool Read()
        {
            var result = raw.sqlite3_step(owner.statement);
            if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            {
                owner.Check(result);
            }

            return result == raw.SQLITE_ROW;
        }

        public long Number(int column) => raw.sqlite3_column_int64(owner.statement, column);

        public bool IsNull(int column) => raw.sqlite3_column_type(owner.statement, column) == raw.SQLITE_NULL;

        public string Text(int column) => raw.sqlite3_column_text(owner.statement, column).utf8_to_string();

        public byte[] Bytes(int column) => raw.sqlite3_column_blob(owner.statement, column).ToArray();

        // What it answers was told by the step already.
        public void Dispose() => _ = raw.sqlite3_reset(owner.statement);
    }
}
