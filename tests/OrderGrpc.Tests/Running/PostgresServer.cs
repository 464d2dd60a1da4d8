using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Tests.Running;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace OrderGrpc.Tests.Running;

/// <summary>
/// A PostgreSQL of this machine, on a free port and a folder of its own; it ends with the test. As root,
/// which it refuses to run as, it runs as the user that its package made.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private static readonly string[] Settings = ["shared_buffers=32MB", "max_connections=200"];
    private readonly string folder = Directory.CreateTempSubdirectory("ordergrpc-postgres-").FullName;
    private readonly StringBuilder log = new();
    private Process? process;

    private PostgresServer() => Port = new Uri(ServerProcess.FreeAddress()).Port;

    /// <summary>The folder of its programs, of the newest version; null where it is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(Version).Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    public int Port { get; }

    /// <summary>What it has written.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>A connection string for one of its databases.</summary>
    public string StoreOf(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username={User}");

    /// <summary>A new one that takes connections; the test that needs it is skipped where it is not installed.</summary>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        Assert.SkipWhen(Programs is null, "PostgreSQL is not installed: apt-get install postgresql");
        var server = new PostgresServer();
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", User, server.folder);
        }

        await RunAsOwnerAsync(Program("initdb"), "--pgdata", server.Data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync");
        await server.ContinueAsync(settings);
        return server;
    }

    /// <summary>Starts it, for the first time or again.</summary>
    public async Task ContinueAsync(params string[] settings)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process
        {
            StartInfo = AsOwner(
                Program("postgres"),
                ["-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", folder, "-h", "127.0.0.1",
                    .. Settings.Concat(settings).SelectMany(setting => new[] { "-c", setting })]),
            EnableRaisingEvents = true,
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.AppendLine(line.Data);
            }

            if (line.Data?.Contains("ready to accept", StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("PostgreSQL ended: " + Log));
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await ready.Task.WaitAsync(Deadlines.Patience);
    }

    /// <summary>Ends it: SIGINT, which ends its sessions and writes everything; SIGQUIT, which leaves it to recovery.</summary>
    public async Task StopAsync(string signal = "INT")
    {
        if (process is { HasExited: false })
        {
            await RunAsync("kill", "-" + signal, process.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync().WaitAsync(Deadlines.Patience);
        }

        process?.Dispose();
        process = null;
    }

    /// <summary>Stops it, and starts it as a standby that has no primary.</summary>
    public async Task BecomeStandbyAsync()
    {
        await StopAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "standby.signal"), "");
        await ContinueAsync();
    }

    /// <summary>From now on nobody but its owner comes in without a password.</summary>
    public async Task RequirePasswordsAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "pg_hba.conf"), $"host all {User} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
        await ExecuteAsync("postgres", "SELECT pg_reload_conf()");
    }

    /// <summary>Runs a statement in one of its databases.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(StoreOf(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Data => Path.Combine(folder, "data");

    private static string Program(string name) => Path.Combine(Programs!, name);

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static ProcessStartInfo AsOwner(string program, IEnumerable<string> arguments)
    {
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, "/");
        return start;
    }

    private static Task RunAsOwnerAsync(string program, params string[] arguments) => EndAsync(AsOwner(program, arguments));

    private static Task RunAsync(string program, params string[] arguments) =>
        EndAsync(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    private static async Task EndAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Deadlines.Patience);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{start.FileName}: {await output}{await errors}");
    }
}

/// <summary>One PostgreSQL for all tests of a run, started by the first that needs it, and ended with the run.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Started = new(() => PostgresServer.StartAsync());

    public static Task<PostgresServer> Server
    {
        get
        {
            Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed: apt-get install postgresql");
            return Started.Value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated && Started.Value.IsCompletedSuccessfully)
        {
            await (await Started.Value).DisposeAsync();
        }
    }
}

/// <summary>An empty database of its own for one test, on the shared PostgreSQL; dropped at its end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static int made;
    private readonly PostgresServer server;

    private TestDatabase(PostgresServer server, string name) => (this.server, Name) = (server, name);

    public string Name { get; }

    /// <summary>What --store takes.</summary>
    public string Store => server.StoreOf(Name);

    public static async Task<TestDatabase> MakeAsync()
    {
        var database = new TestDatabase(await SharedPostgres.Server, string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref made)}"));
        await database.server.ExecuteAsync("postgres", $"CREATE DATABASE {database.Name}");
        return database;
    }

    /// <summary>A server's store on it.</summary>
    public async Task<PostgresOrderStore> OpenStoreAsync(string more = "") =>
        await PostgresOrderStore.OpenAsync(await PostgresDatabase.OpenAsync(Store + more, "", _ => { }, CancellationToken.None), CancellationToken.None);

    /// <summary>Runs a statement in it.</summary>
    public Task ExecuteAsync(string sql) => server.ExecuteAsync(Name, sql);

    /// <summary>What a statement answers first.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Store + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await server.ExecuteAsync("postgres", $"DROP DATABASE {Name} WITH (FORCE)");
}
