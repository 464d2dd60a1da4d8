using Npgsql;
using NpgsqlTypes;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>Statements on keys and tokens.</summary>
internal static class Sql
{
    /// <summary>The next number of a change; locks the row until the end of the transaction, and with it all others who change keys or tokens.</summary>
    public static async Task<long> MoveAsync(NpgsqlConnection connection, string what)
    {
        await using var move = new NpgsqlCommand($"UPDATE identity SET {what} = {what} + 1 RETURNING {what}", connection) { CommandTimeout = 0 };
        return (long)(await move.ExecuteScalarAsync())!;
    }

    public static async Task<int> RunAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(values);
        return command;
    }

    public static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Number(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Bytes(byte[] value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea };
}
