using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace OrderGrpc.Server.Storage.Postgres;

/// <summary>
/// The schema of the database, made and brought up to date by whichever server comes first: the head
/// is locked meanwhile, so no batch runs beside it, and a second server finds it done. Each script says
/// in its first line since which step a server gets along with it: so an older server goes on beside
/// a newer one where it can.
/// </summary>
public static partial class Schema
{
    // Tables of the schema in which ours are made; and whether one of them is our head.
    private const string Tables =
        """
        SELECT table_name, EXISTS (SELECT 1 FROM information_schema.columns c
            WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.table_name = 'head' AND c.column_name = 'compatible_since')
        FROM information_schema.tables t WHERE table_schema = current_schema() ORDER BY table_name COLLATE "C" LIMIT 1000
        """;

    /// <summary>The scripts, in order.</summary>
    public static IReadOnlyList<string> Scripts { get; } = SchemaScripts.Of(typeof(Schema));

    /// <summary>Makes the schema or brings it up to date.</summary>
    /// <exception cref="StartException">It is not ours, too new, or may not be made.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, string name, IReadOnlyList<string> scripts)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await PrepareOnceAsync(connection, name, scripts);
                await transaction.CommitAsync();
                return;
            }
            catch (PostgresException e) when (attempt < PostgresLimits.SchemaAttempts && e.SqlState is
                PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
            {
                // Another server makes it at the same time: what it has made is looked at once more.
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new StartException($"{name}: the database's user may not make the tables there ({e.MessageText}). Make it the owner of the database, or grant it CREATE on the schema.", e);
            }
        }
    }

    private static async Task PrepareOnceAsync(NpgsqlConnection connection, string name, IReadOnlyList<string> scripts)
    {
        var tables = new List<string>();
        var isOurs = false;
        await using (var command = new NpgsqlCommand(Tables, connection))
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                tables.Add(row.GetString(0));
                isOurs |= row.GetBoolean(1);
            }
        }

        if (!isOurs && tables.Count > 0)
        {
            throw new StartException($"{name} has tables of another program ({string.Join(", ", tables.Take(PostgresLimits.NamesReported))}{(tables.Count > PostgresLimits.NamesReported ? ", …" : "")}). Name an empty database, or a schema of its own with Search Path.");
        }

        var (version, compatible) = isOurs ? await ReadAsync(connection) : (0, 0);
        if (version > scripts.Count && compatible > scripts.Count)
        {
            throw new StartException($"{name} has schema {version}, which needs a program that knows at least {compatible}, and this one knows {scripts.Count}: it is from a newer version. Start that version.");
        }

        for (; version < scripts.Count; version++)
        {
            await RunAsync(connection, scripts[version]);
            await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE head SET schema_version = {version + 1}, compatible_since = {CompatibleSince(scripts[version])}"));
        }
    }

    private static async Task<(int Version, int CompatibleSince)> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT schema_version, compatible_since FROM head FOR UPDATE", connection);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt32(0), row.GetInt32(1)) : throw new InvalidOperationException("the head has no row");
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // a step may have much to do
        await command.ExecuteNonQueryAsync();
    }

    private static int CompatibleSince(string script) =>
        FirstLine().Match(script) is { Success: true } line ? int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("a script does not say since which step it is compatible");

    [GeneratedRegex(@"\A-- compatible since (\d+)\r?\n")]
    private static partial Regex FirstLine();
}
