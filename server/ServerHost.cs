using Grpc.Health.V1;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Storage.Postgres;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OrderGrpc.Server;

/// <summary>A running server: the composition of its parts, and their orderly end.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    /// <summary>What reflection tells of: the contract, and the two services of gRPC's own.</summary>
    private static readonly ServiceDescriptor[] Described =
        [ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor, Health.Descriptor, ServerReflection.Descriptor];

    private readonly ServerOptions options;
    private readonly HostLimits limits;
    private readonly TextWriter errors;
    private readonly ILogger log;
    private readonly ServerParts parts;
    private readonly IStoreEngine store;
    private readonly WebApplication app;
    private readonly IHostApplicationLifetime lifetime; // kept: the queue may fail on what is left in it when the app has gone
    private readonly ManualResetEventSlim ended = new();
    private int failing;
    private volatile int exitCode = ServerExitCodes.Done;
    private IReadOnlyList<TokenFiles.TokenFile> tokenFiles = [];
    private bool disposed;

    // Each part uses those before it and none after it; they are ended in reverse. Fail is called by
    // parts that were made before the app, but runs nothing before it: no call, no watch, no tail.
    private ServerHost(
        ServerOptions options, ServerLimits limits, TimeProvider time, SigningKeys keys, TokenRegistry registry, TextWriter errors, ServerParts parts,
        ILoggerFactory logging, IStoreEngine store)
    {
        (this.options, this.limits, this.errors, this.parts, this.store) = (options, limits.Host, errors, parts, store);
        var ownLog = log = logging.CreateLogger<ServerHost>();
        var queue = parts.Keep(new CommandQueue(store, time, options.MaxQueuedCommands, limits.Queue, Fail, fault => Log.CommandFailed(ownLog, fault)));
        var tail = new LogTail(store, time, limits.Watches, Fail);
        app = Build(options, limits, time, keys, registry, store, queue, tail, logging);
        parts.Keep(app, StopAppAsync);
        lifetime = app.Lifetime;
        lifetime.ApplicationStopping.Register(() => Log.Stopping(ownLog));
    }

    /// <summary>The addresses it listens on.</summary>
    public ICollection<string> Addresses => app.Urls;

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
            var store = parts.Keep(await OpenStoreAsync(options, logging.CreateLogger<ServerHost>(), cancellation));
            var identity = parts.Keep<IIdentityStore>(store is PostgresOrderStore shared
                ? new PostgresIdentity(shared.Database, KeySecret.Read(options.KeySecretFile), time)
                : new IdentityFolder(options.Data));
            var keys = await SigningKeys.OpenAsync(identity);
            var registry = await TokenRegistry.OpenAsync(identity, time);
            var server = new ServerHost(options, limits ?? ServerLimits.Default, time, keys, registry, warnings, parts, logging, store);
            await server.app.StartAsync(cancellation);
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
        await console.WriteLineAsync(options.Store.Length > 0 ? $"  store    {store.Place}" : $"  data     {options.Data}");
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
        await console.FlushAsync();
    }

    /// <summary>
    /// Waits for SIGTERM, Ctrl-C or a failure of the store, and until all has ended: what is left in the
    /// queue may fail last, and the exit code says so.
    /// </summary>
    public async Task<int> WaitForShutdownAsync(CancellationToken cancellation)
    {
        using var stop = cancellation.Register(lifetime.StopApplication);
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
        try
        {
            await app.StopAsync();
        }
        finally
        {
            await app.DisposeAsync();
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

    private static WebApplication Build(
        ServerOptions options, ServerLimits limits, TimeProvider time, SigningKeys keys, TokenRegistry registry, IStoreEngine store, CommandQueue queue,
        LogTail tail, ILoggerFactory logging)
    {
        // Empty: no file, no variable and no library of the host's own has a say in what it serves; only our options have.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ServerHost).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Transport.ConfigureKestrel(kestrel, options, limits.Connections));
        builder.Services.Configure<SocketTransportOptions>(sockets => Transport.ConfigureSockets(sockets, limits.Connections));
        builder.Services.AddSingleton(logging);
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.Host.ShutdownTimeout);
        limits.AddTo(builder.Services);
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton(queue).AddSingleton<IOrderStore>(store);
        builder.Services.AddSingleton<CommandGate>().AddSingleton<OrderWatches>().AddSingleton<PageReading>();
        builder.Services.AddSingleton<IReadMeter, ReadMeter>().AddSingleton(parts => new ReadTurns(parts.GetRequiredService<IReadMeter>(), time));
        builder.Services.AddSingleton(tail).AddHostedService(_ => tail);
        builder.Services.AddSingleton<ClientGrpcService>().AddSingleton<SupplierGrpcService>().AddSingleton<OrderQueryGrpcService>();
        builder.Services.AddCallerAuthentication(options, limits, keys, registry);
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
        builder.Services.AddCallPath();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = limits.Connections.MessageBytes;
            grpc.CompressionProviders = [new BoundedGzip(limits.Connections.MessageBytes)];
            grpc.Interceptors.Add<ErrorInterceptor>();
        });
        builder.Services.AddSingleton(new ReflectionServiceImpl(Described)).AddSingleton(new ReflectionV1ServiceImpl(Described));
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck("store", () =>
            queue.HasFailed ? HealthCheckResult.Unhealthy("the store failed")
            : store.IsReachable ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the store cannot be reached"));

        var app = builder.Build();
        app.UseCallPath();
        app.MapGrpcService<ClientGrpcService>();
        app.MapGrpcService<SupplierGrpcService>();
        app.MapGrpcService<OrderQueryGrpcService>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        return app;
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

        lifetime.StopApplication();
        store.MarkFailed();
    }
}
