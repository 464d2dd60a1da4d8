using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>Statements that travel together.</summary>
[SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Every text is made of constants; values travel as parameters.")]
public static class BatchStatements
{
    /// <summary>Adds a statement; $1, $2 and so on are its values.</summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>Moves to the rows of the next statement that has any.</summary>
    public static void Next(this NpgsqlDataReader row) => Require(row.NextResult());

    /// <summary>Moves to the rows of the next statement that has any.</summary>
    public static async Task NextAsync(this NpgsqlDataReader row, CancellationToken cancellation) => Require(await row.NextResultAsync(cancellation));

    /// <summary>The bytes in a column.</summary>
    public static byte[] Bytes(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    private static void Require(bool answered)
    {
        if (!answered)
        {
            throw new InvalidOperationException("a statement has answered nothing");
        }
    }
}
