using Grpc.Health.V1;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Console;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Server.Storage;
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
    private readonly SqliteOrderStore store;
    private readonly CommandQueue queue;
    private readonly WebApplication app;
    private readonly ILogger log;
    private readonly TextWriter errors;
    private readonly ManualResetEventSlim ended = new();
    private int failing;
    private IReadOnlyList<TokenFiles.TokenFile> tokenFiles = [];
    private int exitCode = ExitCodes.Done;
    private bool disposed;

    private ServerHost(ServerOptions options, TimeProvider time, SigningKeys keys, TokenRegistry registry, TextWriter errors)
    {
        (this.options, this.errors) = (options, errors);
        store = new SqliteOrderStore(options.Data);
        queue = new CommandQueue(store, time, options.MaxQueuedCommands, Fail, fault => Log.CommandFailed(log!, fault));
        var tail = new LogTail(store, time, Fail);
        app = Build(options, time, keys, registry, store, queue, tail);
        log = app.Services.GetRequiredService<ILogger<ServerHost>>();
        app.Lifetime.ApplicationStopping.Register(() => Log.Stopping(log));
    }

    /// <summary>The addresses it listens on.</summary>
    public ICollection<string> Addresses => app.Urls;

    /// <summary>Starts a server: returns when it takes calls and the token files are there.</summary>
    /// <exception cref="StartException">It cannot start; the message says why and what to do.</exception>
    public static async Task<ServerHost> StartAsync(
        ServerOptions options, TimeProvider time, string tokenFolder, TextWriter warnings, CancellationToken cancellation)
    {
        StartRules.Check(options, warnings);
        var keys = SigningKeys.Open(options.Data);
        var registry = TokenRegistry.Open(options.Data, time);
        var server = new ServerHost(options, time, keys, registry, warnings);
        try
        {
            await server.app.StartAsync(cancellation);
            server.tokenFiles = await new TokenFiles(keys, registry, tokenFolder).EnsureAsync(server.Addresses, options.DefaultSupplier);
            return server;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            throw new StartException($"Another program is listening on {options.Urls}. Stop it, or name another address with --urls.", e);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says where it listens, where its data and tokens are, and what to type next.</summary>
    public async Task PrintWelcomeAsync(TextWriter console)
    {
        await console.WriteLineAsync($"OrderGrpc is listening on {string.Join(" and ", Addresses)}");
        await console.WriteLineAsync($"  data     {options.Data}");
        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } folder ? folder : "\0";
        foreach (var file in tokenFiles)
        {
            await console.WriteLineAsync($"  token    {file.Path.Replace(home, "~", StringComparison.Ordinal)}");
        }

        await console.WriteLineAsync("Next, in another terminal:");
        var server = Welcome.ServerFlag(Addresses);
        await console.WriteLineAsync($"  client-cli order place{server} --name \"Jon Doe\" --email john@example.com --line \"Garden fence\"");
        await console.WriteLineAsync($"  supplier-cli inbox{server}");
        await console.FlushAsync();
    }

    /// <summary>Waits for SIGTERM, Ctrl-C or a failure of the store, and until what ran is answered.</summary>
    public async Task<int> WaitForShutdownAsync(CancellationToken cancellation)
    {
        using var stop = cancellation.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
        return exitCode;
    }

    /// <summary>Stops: answers what runs, ends the watches, and closes the file clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
        {
            return;
        }

        await app.StopAsync();
        await app.DisposeAsync();
        await queue.DisposeAsync();
        store.Dispose();
        ended.Set();
    }

    private static WebApplication Build(
        ServerOptions options, TimeProvider time, SigningKeys keys, TokenRegistry registry, SqliteOrderStore store, CommandQueue queue, LogTail tail)
    {
        // Configuration is read once: a watch of the working folder for changes of it would see every write of the log.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.WebHost.ConfigureKestrel(kestrel => Transport.ConfigureKestrel(kestrel, options));
        builder.Logging.ClearProviders().SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None) // a start that fails is told by Program
            .AddFilter("Grpc", options.LogLevel < LogLevel.Information ? options.LogLevel : LogLevel.Critical) // a caller's errors; ours are logged by the interceptor
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", options.LogLevel > LogLevel.Information ? LogLevel.None : options.LogLevel) // else each call is traced for lines that are not written
            .AddSimpleConsole(line => line.SingleLine = true)
            .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HostLimits.ShutdownTimeout);
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton(queue).AddSingleton<IOrderStore>(store);
        builder.Services.AddSingleton<CommandGate>().AddSingleton<OrderWatches>().AddSingleton<PageReading>();
        builder.Services.AddSingleton<IReadMeter, ReadMeter>().AddSingleton(parts => new ReadTurns(parts.GetRequiredService<IReadMeter>(), time));
        builder.Services.AddSingleton(tail).AddHostedService(_ => tail);
        builder.Services.AddContract<ClientGrpcService>().AddContract<SupplierGrpcService>().AddContract<OrderQueryGrpcService>();
        builder.Services.AddCallerAuthentication(options, keys, registry);
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
        builder.Services.AddSingleton<CallerLimits>().AddSingleton<CallGuard>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ConnectionLimits.MessageBytes;
            grpc.CompressionProviders = [new BoundedGzip()];
            grpc.Interceptors.Add<ErrorInterceptor>();
        });
        builder.Services.AddSingleton(new ReflectionServiceImpl(Described)).AddSingleton(new ReflectionV1ServiceImpl(Described));
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck("store", () =>
            queue.HasFailed ? HealthCheckResult.Unhealthy("the store failed") : HealthCheckResult.Healthy());

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(app.Services.GetRequiredService<CallGuard>().RunAsync);
        app.Use(VersionHeader.RunAsync);
        app.MapContract<ClientGrpcService>();
        app.MapContract<SupplierGrpcService>();
        app.MapContract<OrderQueryGrpcService>();
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

        exitCode = ExitCodes.StoreFailed;
        new Thread(() =>
        {
            if (!ended.Wait(HostLimits.FailureExit))
            {
                errors.WriteLine($"server: {failure.Message}"); // the log may not have come to it
                Environment.Exit(ExitCodes.StoreFailed);
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

        app.Lifetime.StopApplication();
        store.MarkFailed();
    }
}
