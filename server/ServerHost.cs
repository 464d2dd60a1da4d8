using Microsoft.AspNetCore.Connections;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Server.Subscriptions;

namespace OrderGrpc.Server;

/// <summary>A running server: the composition of its parts, and their orderly end.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    private readonly ServerOptions options;
    private readonly HostLimits limits;
    private readonly TextWriter errors;
    private readonly ILogger log;
    private readonly ServerParts parts;
    private readonly IStoreEngine store;
    private readonly ServerTelemetry? telemetry;
    private readonly Readiness readiness;
    private readonly TimeProvider time;
    private readonly WebApplication app;
    private readonly IHostApplicationLifetime lifetime; // kept: the queue may fail on what is left in it when the app has gone
    private readonly ManualResetEventSlim ended = new();
    private int failing;
    private volatile int exitCode = ServerExitCodes.Done;
    private IReadOnlyList<TokenFiles.TokenFile> tokenFiles = [];
    private ITimer? drain;
    private bool disposed;

    // Each part uses those before it and none after it; they are ended in reverse. Fail is called by
    // parts that were made before the app, but runs nothing before it: no call, no watch, no tail.
    private ServerHost(
        ServerOptions options, ServerLimits limits, TimeProvider time, SigningKeys keys, TokenRegistry registry, TextWriter errors, ServerParts parts,
        ILoggerFactory logging, ServerTelemetry? telemetry, IStoreEngine store)
    {
        (this.options, this.limits, this.time, this.errors, this.parts, this.store, this.telemetry) = (options, limits.Host, time, errors, parts, store, telemetry);
        var ownLog = log = logging.CreateLogger<ServerHost>();
        var queue = parts.Keep(new CommandQueue(store, time, options.MaxQueuedCommands, limits.Queue, Fail));
        var tail = new LogTail(store, time, limits.Watches, Fail);
        readiness = new Readiness(() => !queue.HasFailed && store.IsReachable, time, limits.Host.ReadinessCheck);
        parts.Keep(readiness, readiness.Dispose);
        app = ServerApp.Build(options, limits, time, keys, registry, store, queue, tail, readiness, telemetry is not null, logging);
        parts.Keep(app, StopAppAsync);
        lifetime = app.Lifetime;
        lifetime.ApplicationStopping.Register(() => Log.Stopping(ownLog));
    }

    /// <summary>The addresses it listens on.</summary>
    public ICollection<string> Addresses => app.Urls;

    /// <summary>Cancelled when it begins to end.</summary>
    public CancellationToken Draining => readiness.Draining;

    /// <summary>Starts a server: returns when it takes calls and the token files are there.</summary>
    /// <exception cref="StartException">It cannot start; the message says why and what to do. Nothing of it is left.</exception>
    public static async Task<ServerHost> StartAsync(
        ServerOptions options, TimeProvider time, string tokenFolder, TextWriter warnings, CancellationToken cancellation, ServerLimits? limits = null)
    {
        StartRules.Check(options, warnings);
        var parts = new ServerParts();
        try
        {
            var logging = ServerLog.Open(options.LogLevel, time);
            parts.Keep(logging, logging.Dispose);
            var telemetry = ServerTelemetry.Open(options, (limits ?? ServerLimits.Default).Queue.CommandsPerBatch, logging); // before the parts that tell it, and until they have ended
            if (telemetry is not null)
            {
                parts.Keep(telemetry);
            }

            var store = parts.Keep(await OpenStoreAsync(options, logging.CreateLogger<ServerHost>(), cancellation));
            var identity = parts.Keep<IIdentityStore>(store is PostgresOrderStore shared
                ? new PostgresIdentity(shared.Database, KeySecret.Read(options.KeySecretFile), time)
                : new IdentityFolder(options.Data));
            var keys = await SigningKeys.OpenAsync(identity);
            var registry = await TokenRegistry.OpenAsync(identity, time);
            var server = new ServerHost(options, limits ?? ServerLimits.Default, time, keys, registry, warnings, parts, logging, telemetry, store);
            await server.app.StartAsync(cancellation);
            await (server.telemetry?.OpenPageAsync(cancellation) ?? Task.CompletedTask);
            if (StartRules.WantsLocalTokens(options))
            {
                server.tokenFiles = await new TokenFiles(keys, registry, tokenFolder, warnings, needed: options.Store.Length == 0).EnsureAsync(server.Addresses, options.DefaultSupplier);
            }

            return server;
        }
        catch (Exception e)
        {
            await parts.DisposeAsync();
            throw e switch
            {
                IOException { InnerException: AddressInUseException } =>
                    new StartException($"Another program is listening on {options.Urls}. Stop it, or name another address with --urls.", e),
                StoreException => new StartException($"The orders in {(options.Store.Length > 0 ? "the database" : options.Data)} cannot be read: {e.Message}. 'server verify' tells more.", e),
                _ => e,
            };
        }
    }

    /// <summary>Says where it listens, where its data and tokens are, and what to type next.</summary>
    public async Task PrintWelcomeAsync(TextWriter console)
    {
        await console.WriteLineAsync($"OrderGrpc is listening on {string.Join(" and ", Addresses)}");
        await console.WriteLineAsync($"  page     {string.Join(" and ", Addresses.Select(Welcome.PageAt).Distinct())}");
        await console.WriteLineAsync(options.Store.Length > 0 ? $"  store    {store.Place}" : $"  data     {options.Data}");
        foreach (var address in telemetry?.PageAddresses ?? [])
        {
            await console.WriteLineAsync($"  metrics  {address}");
        }

        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } folder ? folder : "\0";
        foreach (var file in tokenFiles)
        {
            await console.WriteLineAsync($"  token    {file.Path.Replace(home, "~", StringComparison.Ordinal)}");
        }

        if (tokenFiles.Count == 0)
        {
            await console.WriteLineAsync("  token    none on this machine; to make one: server token issue --role client --name NAME --out FILE");
        }

        await console.WriteLineAsync("Next, in another terminal:");
        var server = Welcome.ServerFlag(Addresses);
        await console.WriteLineAsync($"  client-cli order place{server} --name \"Jon Doe\" --email john@example.com --line \"Garden fence\"");
        await console.WriteLineAsync($"  supplier-cli inbox{server}");
        await console.WriteLineAsync($"  supplier-cli web{server}");
        await console.FlushAsync();
    }

    /// <summary>
    /// Waits for SIGTERM, Ctrl-C or a failure of the store, until it has drained, and until all has ended: what
    /// is left in the queue may fail last, and the exit code says so.
    /// </summary>
    public async Task<int> WaitForShutdownAsync(CancellationToken cancellation)
    {
        using var stop = cancellation.Register(Drain);
        await app.WaitForShutdownAsync(CancellationToken.None);
        await DisposeAsync();
        return exitCode;
    }

    /// <summary>Stops: answers what runs, ends the watches, and closes the file clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
        {
            return;
        }

        await parts.DisposeAsync();
        ended.Set();
    }

    private async ValueTask StopAppAsync()
    {
        readiness.Drain();
        try
        {
            await app.StopAsync();
        }
        finally
        {
            await app.DisposeAsync();
            drain?.Dispose();
        }
    }

    private static async Task<IStoreEngine> OpenStoreAsync(ServerOptions options, ILogger log, CancellationToken cancellation)
    {
        if (options.Store.Length == 0)
        {
            return new SqliteOrderStore(options.Data);
        }

        var database = await PostgresDatabase.OpenAsync(options.Store, options.StorePasswordFile, lost => TellReach(log, lost), cancellation);
        try
        {
            return await PostgresOrderStore.OpenAsync(database, cancellation);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static void TellReach(ILogger log, Exception? lost)
    {
        if (lost is null)
        {
            Log.StoreReached(log);
        }
        else
        {
            Log.StoreLost(log, lost.Message);
        }
    }

    // Health says so first: by the time that calls are refused, nobody sends any who listens to it.
    private void Drain()
    {
        readiness.Drain();
        if (options.DrainSeconds == 0)
        {
            lifetime.StopApplication();
            return;
        }

        Log.Draining(log, options.DrainSeconds);
        drain = time.CreateTimer(_ => lifetime.StopApplication(), null, TimeSpan.FromSeconds(options.DrainSeconds), Timeout.InfiniteTimeSpan);
    }

    // The store can no longer be relied on, or the log's tail not go on. Watches and reads get a moment to end, and no more: the
    // end has a thread of its own and is set before all else, since the rest may wait for the disk.
    private void Fail(Exception failure)
    {
        if (Interlocked.Exchange(ref failing, 1) == 1)
        {
            return;
        }

        exitCode = ServerExitCodes.StoreFailed;
        new Thread(() =>
        {
            if (!ended.Wait(limits.FailureExit))
            {
                errors.WriteLine($"server: {failure.Message}"); // the log may not have come to it
                Environment.Exit(ServerExitCodes.StoreFailed);
            }
        })
        { Name = "end after failure", IsBackground = true }.Start();
        if (failure is StoreException)
        {
            Log.StoreFailed(log, failure);
        }
        else
        {
            Log.TailFailed(log, failure);
        }

        readiness.Drain();
        lifetime.StopApplication();
        store.MarkFailed();
    }
}
