using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrderGrpc.Tests.Storage.Deployments;

/// <summary>All rows of the tables of orders, as text, read without the server's code.</summary>
public static class StoredTables
{
    private static readonly (string Table, string Columns, string Order)[] Tables =
    [
        ("log", "position, order_id, revision, client, supplier, caller, request_id, request_hash, event, order_after", "position"),
        ("orders", "id, client, supplier, state, client_reference, place_time, update_time, position", "id"),
        ("quote_documents", "order_id, quote_revision, document", "order_id, quote_revision"),
        ("replacements", "order_id, replacement", "order_id"),
    ];

    /// <summary>Those of a file.</summary>
    public static async Task<List<string>> OfFileAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync();
        return await ReadAsync(connection, "CAST(request_id AS BLOB)");
    }

    /// <summary>Those of a database.</summary>
    public static async Task<List<string>> OfStoreAsync(string store)
    {
        await using var connection = new NpgsqlConnection(store + ";Pooling=false");
        await connection.OpenAsync();
        return await ReadAsync(connection, "request_id");
    }

    private static async Task<List<string>> ReadAsync(DbConnection connection, string requestId)
    {
        var rows = new List<string>();
        foreach (var (table, columns, order) in Tables)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
            command.CommandText = $"SELECT {columns.Replace("request_id", requestId, StringComparison.Ordinal)} FROM {table} ORDER BY {order}";
#pragma warning restore CA2100
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                rows.Add(table + ": " + string.Join(" | ", Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column) switch
                {
                    DBNull => "NULL",
                    byte[] bytes => Convert.ToHexString(bytes),
                    var value => Convert.ToString(value, CultureInfo.InvariantCulture),
                })));
            }
        }

        return rows;
    }
}
