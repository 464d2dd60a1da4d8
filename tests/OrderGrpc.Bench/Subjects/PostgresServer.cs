using System.Globalization;
using Npgsql;

namespace OrderGrpc.Bench.Subjects;

/// <summary>
/// A PostgreSQL made for this run, alone or with a standby that each commit waits for. As root, which
/// it refuses to run as, it runs as the user that its package made.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private const string StandbyName = "standby";

    // What an operator sets for a load like this one; all that durability hangs on is as it comes.
    private static readonly string[] Settings = ["max_connections=300", "shared_buffers=256MB", "max_wal_size=4GB"];

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly List<ServerProcess> _processes = [];
    private readonly int _port = Connections.FreePort();
    private readonly string _data;

    private PostgresServer(string data) => _data = data;

    /// <summary>The primary's, then the standby's.</summary>
    public IReadOnlyList<ServerProcess> Processes => _processes;

    /// <summary>The primary's files.</summary>
    public double DataMebibytes => new DirectoryInfo(_data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) / 1048576.0;

    /// <summary>Starts it on fresh folders; null where it is not installed.</summary>
    public static async Task<PostgresServer?> StartAsync(Run run, bool withStandby)
    {
        if (Programs() is not { } programs)
        {
            run.Missing("PostgreSQL is not installed (Debian: postgresql)");
            return null;
        }

        var data = await NewFolderAsync(run);
        var server = new PostgresServer(data);
        await RunAsync(Path.Combine(programs, "initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync");
        await server.StartAsync(programs, data, server._port);
        if (withStandby)
        {
            await server.AddStandbyAsync(run, programs);
        }

        return server;
    }

    /// <summary>A connection string for a database of its own, made now.</summary>
    public async Task<string> NewDatabaseAsync(string name)
    {
        await ExecuteAsync($"CREATE DATABASE {name}");
        return StoreOf(name);
    }

    /// <summary>
    /// Repeats the last rows of a deployment, each a placed order, some times over, as many as are missing or
    /// half a million: minutes in place of an hour. What their bytes say of their position and id is that of the first.
    /// </summary>
    public async Task RepeatAsync(string database, int rows, long missing)
    {
        var times = Math.Clamp(missing / rows, 1, 10);
        await ExecuteAsync(
            $"""
            BEGIN;
            INSERT INTO log (position, order_id, revision, client, supplier, caller, request_id, request_hash, event, order_after)
            SELECT position + {rows} * n, order_id + {rows} * n, revision, client, supplier, caller, int8send(position + {rows} * n) || substr(request_id, 9), request_hash, event, order_after
            FROM generate_series(1, {times}) AS n, log WHERE position > (SELECT position FROM head FOR UPDATE) - {rows};
            INSERT INTO orders (id, client, supplier, state, client_reference, place_time, update_time, position)
            SELECT id + {rows} * n, client, supplier, state, client_reference, place_time, update_time, orders.position + {rows} * n
            FROM generate_series(1, {times}) AS n, orders WHERE id > (SELECT last_order FROM head) - {rows};
            UPDATE head SET position = position + {rows} * {times}, last_order = last_order + {rows} * {times};
            COMMIT;
            """,
            database: database);
    }

    public async ValueTask DisposeAsync()
    {
        // The primary first: it waits for its standby to have everything.
        foreach (var process in _processes)
        {
            process.Interrupt();
            await process.DisposeAsync();
        }
    }

    private static string? Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Order(StringComparer.Ordinal).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private async Task AddStandbyAsync(Run run, string programs)
    {
        var data = await NewFolderAsync(run);
        await RunAsync(Path.Combine(programs, "pg_basebackup"), "-D", data, "-R", "-X", "stream", "-c", "fast", "-d", $"{StoreUrl} application_name={StandbyName}");
        await StartAsync(programs, data, Connections.FreePort());
        await ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{StandbyName}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        await Connections.UntilReadyAsync(_processes[^1], "The standby", StartLimit, async () =>
            await ExecuteAsync("SELECT sync_state FROM pg_stat_replication") is "sync");
    }

    private async Task StartAsync(string programs, string data, int port)
    {
        var (file, arguments) = AsOwner(Path.Combine(programs, "postgres"),
            ["-D", data, "-p", Text(port), "-k", data, "-h", "127.0.0.1", .. Settings.SelectMany(setting => new[] { "-c", setting })]);
        var process = ServerProcess.Start(file, arguments, new Dictionary<string, string>(), "/");
        _processes.Add(process);
        await Connections.UntilReadyAsync(process, "PostgreSQL", StartLimit, async () =>
        {
            try
            {
                return await ExecuteAsync("SELECT 1", port) is not null;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    // Below the run's own folder, so on the same disk as everybody's.
    private static async Task<string> NewFolderAsync(Run run)
    {
        var folder = run.NewFolder("postgres");
        if (Environment.IsPrivilegedProcess)
        {
            await EndAsync("chown", User, folder);
        }

        return Path.Combine(folder, "data");
    }

    private string StoreOf(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={database};Username={User}");

    private string StoreUrl => string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={_port} user={User}");

    private async Task<object?> ExecuteAsync(string sql, int? port = null, string database = "postgres")
    {
        var settings = new NpgsqlConnectionStringBuilder(StoreOf(database)) { Pooling = false };
        settings.Port = port ?? _port;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync();
    }

    private static (string File, string[] Arguments) AsOwner(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", program, .. arguments])
        : (program, arguments);

    private static Task RunAsync(string program, params string[] arguments)
    {
        var (file, all) = AsOwner(program, arguments);
        return EndAsync(file, all);
    }

    private static async Task EndAsync(string file, params string[] arguments)
    {
        var (exitCode, output) = await Executable.RunAsync(file, arguments, StartLimit);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
