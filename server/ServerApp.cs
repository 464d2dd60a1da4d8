using Grpc.Health.V1;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using OrderGrpc.Server.Http;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OrderGrpc.Server;

/// <summary>What is served: the services, over gRPC and as JSON over HTTP, on Kestrel, over parts that are there already.</summary>
public static class ServerApp
{
    /// <summary>What reflection tells of: the contract, and the two services of gRPC's own.</summary>
    private static readonly ServiceDescriptor[] Described =
        [ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor, PrototypeService.Descriptor, Health.Descriptor, ServerReflection.Descriptor];

    private const string Contract = "ordergrpc.";

    /// <summary>Composes it; it does not listen yet.</summary>
    public static WebApplication Build(
        ServerOptions options, ServerLimits limits, TimeProvider time, SigningKeys keys, TokenRegistry registry, IStoreEngine store, CommandQueue queue,
        LogTail tail, Readiness readiness, bool observed, ILoggerFactory logging)
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
        builder.Services.AddSingleton(logging).AddSingleton<IHostLifetime, UnattendedLifetime>();
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.Host.ShutdownTimeout);
        limits.AddTo(builder.Services);
        builder.Services.AddSingleton(options).AddSingleton(time).AddSingleton(queue).AddSingleton<IOrderStore>(store);
        builder.Services.AddSingleton<CommandGate>().AddSingleton<Rehearsal>().AddSingleton<WatchMeter>().AddSingleton<OrderWatches>().AddSingleton<PageReading>();
        builder.Services.AddSingleton<IReadMeter, ReadMeter>().AddSingleton(parts => new ReadTurns(parts.GetRequiredService<IReadMeter>(), time));
        builder.Services.AddSingleton(tail).AddHostedService(_ => tail);
        builder.Services.AddSingleton<ClientGrpcService>().AddSingleton<SupplierGrpcService>().AddSingleton<OrderQueryGrpcService>().AddSingleton<PrototypeGrpcService>();
        var links = new OrderLinks(keys, registry, link => store.FindAsync(link, limits.Calls, time));
        builder.Services.AddSingleton(links).AddCallerAuthentication(options, limits, keys, registry, links);
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
        builder.Services.AddCallPath().AddSingleton<JsonRequest>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = limits.Connections.MessageBytes;
            grpc.CompressionProviders = [new BoundedGzip(limits.Connections.MessageBytes)];
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<LinkScope>();
        }).AddJsonTranscoding(json =>
        {
            json.JsonSettings = new GrpcJsonSettings { WriteInt64sAsStrings = true }; // a script's numbers have 53 bits
            json.TypeRegistry = JsonAnswer.Details;
        });
        builder.Services.AddSingleton(new ReflectionServiceImpl(Described)).AddSingleton(new ReflectionV1ServiceImpl(Described));
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton(readiness).AddSingleton(new HealthGrpcService.Known(Described.Select(service => service.FullName).Where(name => name.StartsWith(Contract, StringComparison.Ordinal)).ToHashSet()));
        builder.Services.AddSingleton<HealthGrpcService>();

        var app = builder.Build();
        app.Services.GetRequiredService<WatchMeter>(); // it tells that there are no watches before there are any
        app.UseCallPath(observed).UseStep<JsonRequest>();
        app.MapGrpcService<ClientGrpcService>();
        app.MapGrpcService<SupplierGrpcService>();
        app.MapGrpcService<OrderQueryGrpcService>();
        app.MapGrpcService<PrototypeGrpcService>();
        app.MapPage();
        app.MapGrpcReflectionService();
        app.MapGrpcService<HealthGrpcService>().AllowAnonymous();
        app.MapGet(OpenApiPage.Path, OpenApiPage.AnswerAsync).AllowAnonymous();
        return app;
    }
}
