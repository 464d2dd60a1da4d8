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
    // What is in the schema in which our tables are made, whoever owns it, but for what extensions keep
    // there: whether it is our head, whose it is, and whether it may be read, and written.
    private const string Relations =
        """
        SELECT relname, relname = 'head' AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'compatible_since'), pg_get_userbyid(relowner),
            relkind <> 'r' OR has_table_privilege(pg_class.oid, 'SELECT'), relkind <> 'r' OR (has_table_privilege(pg_class.oid, 'INSERT') AND has_table_privilege(pg_class.oid, 'UPDATE'))
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND relkind NOT IN ('i', 'I', 't') AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
        ORDER BY relname COLLATE "C" LIMIT 1000
        """;

    private const string NameAnother = "Name an empty database, or a schema of its own with Search Path.";

    private const int FirstWithCopies = 3; // the script that says whether it is half a copy

    /// <summary>The scripts, in order.</summary>
    public static IReadOnlyList<string> Scripts { get; } = SchemaScripts.Of(typeof(Schema));

    /// <summary>Makes the schema or brings it up to date.</summary>
    /// <param name="connection">To the primary.</param>
    /// <param name="name">The database, for people.</param>
    /// <param name="scripts">All scripts.</param>
    /// <param name="half">Whether it may be half a copy.</param>
    /// <exception cref="StartException">It is not ours, too new, half a copy, or may not be made.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, string name, IReadOnlyList<string> scripts, bool half = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await PrepareOnceAsync(connection, name, scripts, half);
                await transaction.CommitAsync();
                return;
            }
            catch (PostgresException e) when (attempt < PostgresLimits.SchemaAttempts && e.SqlState is
                PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
            {
                // Another server makes it at the same time: what it has made is looked at once more.
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
            {
                throw new StartException($"{name} has something of another program, whose name our tables need ({e.MessageText}). {NameAnother}", e);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new StartException($"{name}: the database's user may not make the tables there ({e.MessageText}). Make it the owner of the database, or grant it CREATE on the schema.", e);
            }
        }
    }

    /// <summary>Refuses what is not ours, of another step than this program's, or half a copy. Nothing is changed.</summary>
    /// <exception cref="StartException">It is so.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, string name, bool half)
    {
        var found = await FindAsync(connection);
        if (!found.Exists(one => one.IsHead))
        {
            throw new StartException($"{name} has no orders: no server has been started on it.");
        }

        RefuseOthers(name, found, one => one.MayRead);
        var (version, compatible) = await ReadAsync(connection, name, "");
        RefuseIncomplete(name, found, Scripts.Take(version));
        if (version < Scripts.Count)
        {
            throw new StartException($"{name} has schema {version}, and this program knows {Scripts.Count}: it is from an older version. Start a server of this version on it, which brings it up to date.");
        }

        await RefuseHalfAsync(connection, name, half);
        RefuseNewer(name, version, compatible, Scripts.Count);
    }

    /// <summary>Marks the database as half a copy, so that no server, of whatever version, starts or goes on on it; or as whole.</summary>
    public static async Task MarkHalfAsync(NpgsqlConnection connection, bool half)
    {
        var compatible = half ? int.MaxValue : CompatibleSince(Scripts[^1]);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE head SET half_copied = {half}, compatible_since = {compatible}"));
    }

    private static async Task PrepareOnceAsync(NpgsqlConnection connection, string name, IReadOnlyList<string> scripts, bool half)
    {
        var found = await FindAsync(connection);
        var isOurs = found.Exists(one => one.IsHead);
        if (!isOurs && found.Count > 0)
        {
            throw new StartException($"{name} has tables of another program ({string.Join(", ", found.Take(PostgresLimits.NamesReported).Select(one => one.Name))}{(found.Count > PostgresLimits.NamesReported ? ", …" : "")}). {NameAnother}");
        }

        RefuseOthers(name, found, one => one is { MayRead: true, MayWrite: true });
        var (version, compatible) = isOurs ? await ReadAsync(connection, name, "FOR UPDATE") : (0, 0);
        RefuseIncomplete(name, found, scripts.Take(version));
        if (version >= FirstWithCopies)
        {
            await RefuseHalfAsync(connection, name, half);
        }

        RefuseNewer(name, version, half ? int.MaxValue : compatible, scripts.Count); // a copy writes all that its version knows
        for (; version < scripts.Count; version++)
        {
            await RunAsync(connection, scripts[version]);
            await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE head SET schema_version = {version + 1}, compatible_since = greatest(compatible_since, {CompatibleSince(scripts[version])})"));
        }
    }

    private static void RefuseNewer(string name, int version, int compatible, int known)
    {
        if (version > known && compatible > known)
        {
            throw new StartException($"{name} has schema {version}, which needs a program that knows at least {compatible}, and this one knows {known}: it is from a newer version. Start that version.");
        }
    }

    private static async Task RefuseHalfAsync(NpgsqlConnection connection, string name, bool half)
    {
        await using var command = new NpgsqlCommand("SELECT half_copied FROM head", connection);
        if (!half && await command.ExecuteScalarAsync() is true)
        {
            throw new StartException($"{name} is half a copy: 'server copy' was broken off. Run it again with the same --from and --to, and it goes on where it ended; or name an empty database.");
        }
    }

    // Another deployment than the one that is meant: of another user of the database.
    private static void RefuseOthers(string name, List<Relation> found, Predicate<Relation> may)
    {
        var ours = Scripts.SelectMany(TablesOf).ToHashSet();
        if (found.Exists(one => one.IsHead) && found.Find(one => ours.Contains(one.Name) && !may(one)) is { } other)
        {
            throw new StartException($"{name} has the orders of a deployment of the database's user {other.Owner}, and the user of --store has no right to its table {other.Name}. If it is this deployment, name that user as Username in --store; else it is another one: {NameAnother}");
        }
    }

    private static void RefuseIncomplete(string name, List<Relation> found, IEnumerable<string> scripts)
    {
        string[] missing = [.. scripts.SelectMany(TablesOf).Except(found.Select(one => one.Name))];
        if (missing.Length > 0)
        {
            throw new StartException($"{name} has a table head of this program and lacks {string.Join(", ", missing)}: somebody removed them, or it was restored in part. Restore the database from a backup, or name an empty one.");
        }
    }

    private static IEnumerable<string> TablesOf(string script) => Table().Matches(script).Select(table => table.Groups[1].Value);

    private static async Task<List<Relation>> FindAsync(NpgsqlConnection connection)
    {
        var found = new List<Relation>();
        await using var command = new NpgsqlCommand(Relations, connection);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            found.Add(new Relation(row.GetString(0), row.GetBoolean(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4)));
        }

        return found;
    }

    private static async Task<(int Version, int CompatibleSince)> ReadAsync(NpgsqlConnection connection, string name, string locked)
    {
        await using var command = new NpgsqlCommand("SELECT schema_version, compatible_since FROM head " + locked, connection);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt32(0), row.GetInt32(1))
            : throw new StartException($"{name} is damaged: its table head has no row. Restore the database from a backup, or name an empty one.");
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

    [GeneratedRegex(@"^CREATE TABLE (\w+)", RegexOptions.Multiline)]
    private static partial Regex Table();

    private sealed record Relation(string Name, bool IsHead, string Owner, bool MayRead, bool MayWrite);
}
