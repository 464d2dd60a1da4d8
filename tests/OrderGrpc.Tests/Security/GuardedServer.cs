using System.Collections.Concurrent;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Time.Testing;
using OrderGrpc.Server;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Services;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Security;

/// <summary>
/// The authentication of the server before three small services, on a real socket: each answers
/// with who called. Its clock stands still until a test moves it.
/// </summary>
public sealed class GuardedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IIdentityStore store;
    private readonly GrpcChannel channel;

    private GuardedServer(WebApplication app, IIdentityStore store, SigningKeys keys, TokenRegistry registry, FakeTimeProvider time, Lines log)
    {
        (this.app, this.store, Keys, Registry, Time, Log) = (app, store, keys, registry, time, log);
        Address = app.Urls.Single();
        channel = GrpcChannel.ForAddress(Address);
        Clients = new ClientService.ClientServiceClient(channel);
        Suppliers = new SupplierService.SupplierServiceClient(channel);
        Queries = new OrderQueryService.OrderQueryServiceClient(channel);
    }

    public string Address { get; }

    public SigningKeys Keys { get; }

    public TokenRegistry Registry { get; }

    public FakeTimeProvider Time { get; }

    public Lines Log { get; }

    public ClientService.ClientServiceClient Clients { get; }

    public SupplierService.SupplierServiceClient Suppliers { get; }

    public OrderQueryService.OrderQueryServiceClient Queries { get; }

    public static Task<GuardedServer> StartAsync(string data, ServerOptions? options = null) => StartAsync(_ => Task.FromResult<IIdentityStore>(new IdentityFolder(data)), options);

    public static async Task<GuardedServer> StartAsync(Func<TimeProvider, Task<IIdentityStore>> open, ServerOptions? options = null, int refusedCalls = 0)
    {
        options ??= new ServerOptions();
        (options.MaxNewConnectionsPerSecond, options.MaxRefusedCallsPerSecond) = (0, refusedCalls); // its clock stands still, so no bucket would fill
        options.Urls = options.Certificate.Length > 0 ? "https://127.0.0.1:0" : "http://127.0.0.1:0";
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var store = await open(time);
        var keys = await SigningKeys.OpenAsync(store);
        var registry = await TokenRegistry.OpenAsync(store, time);
        var log = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => Transport.ConfigureKestrel(kestrel, options, ServerLimits.Default.Connections));
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        ServerLimits.Default.AddTo(builder.Services);
        builder.Services.AddGrpc();
        builder.Services.AddCallerAuthentication(options, ServerLimits.Default, keys, registry);
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationResultHandler>();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGrpcService<ClientSide>();
        app.MapGrpcService<SupplierSide>();
        app.MapGrpcService<BothSides>();
        app.MapGet("/plain", () => "plain");
        app.MapGet("/open", () => "open").AllowAnonymous();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GuardedServer(app, store, keys, registry, time, log);
    }

    public string Issue(Role role, string name, TimeSpan? lifetime = null) =>
        new TokenIssuer(Keys, Registry).Issue(new Caller(role, name), lifetime);

    /// <summary>Who the server takes the holder of the token for.</summary>
    public async Task<string> WhoAsync(string token) =>
        (await Queries.GetOrderAsync(new GetOrderRequest(), new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: TestContext.Current.CancellationToken)).Order.Client;

    /// <summary>Makes sure that a call is refused, for this reason and with no word more.</summary>
    public Task RefusedAsync(string reason, StatusCode code, string? header) => RefusedAsync(reason, code, async () =>
        await Queries.GetOrderAsync(new GetOrderRequest(), header is null ? [] : new Metadata { { "authorization", header } }, cancellationToken: TestContext.Current.CancellationToken));

    public static async Task RefusedAsync(string reason, StatusCode code, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, refused.StatusCode);
        var status = refused.GetRpcStatus()!;
        Assert.Equal((int)code, status.Code);
        Assert.Equal(refused.Status.Detail, status.Message);
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal(("ordergrpc", reason), (info.Domain, info.Reason));
        Assert.Empty(info.Metadata);
        Assert.DoesNotContain("eyJ", Encoding.UTF8.GetString(refused.Trailers.GetValueBytes("grpc-status-details-bin")!), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
        await store.DisposeAsync();
    }

    [Authorize(Policy = Policies.Client)]
    private sealed class ClientSide : ClientService.ClientServiceBase
    {
        public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) =>
            Task.FromResult(new PlaceOrderResponse { Order = new Order { Client = context.GetHttpContext().User.ToCaller().Key } });
    }

    [Authorize(Policy = Policies.Supplier)]
    private sealed class SupplierSide : SupplierService.SupplierServiceBase
    {
        public override Task<ApproveOrderResponse> ApproveOrder(ApproveOrderRequest request, ServerCallContext context) =>
            Task.FromResult(new ApproveOrderResponse { Order = new Order { Supplier = context.GetHttpContext().User.ToCaller().Key } });
    }

    private sealed class BothSides(TokenWatch tokens) : OrderQueryService.OrderQueryServiceBase
    {
        public override Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context) =>
            Task.FromResult(new GetOrderResponse { Order = new Order { Client = context.GetHttpContext().User.ToCaller().Key } });

        public override async Task WatchOrders(WatchOrdersRequest request, IServerStreamWriter<WatchOrdersResponse> responseStream, ServerCallContext context)
        {
            using var token = tokens.Follow(context.GetHttpContext().User);
            await responseStream.WriteAsync(new WatchOrdersResponse(), context.CancellationToken);
            var ended = new TaskCompletionSource();
            await using var registration = token.Ended.Register(ended.SetResult);
            await ended.Task.WaitAsync(context.CancellationToken);
            throw new Refusal(token.Reason!.Value).ToRpcException(ServerTexts.English);
        }
    }
}

/// <summary>All that is logged, at every level, with the exceptions.</summary>
public sealed class Lines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = [];

    public string All => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)} {exception}");
    }
}
