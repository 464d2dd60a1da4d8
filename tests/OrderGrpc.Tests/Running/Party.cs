using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>A caller with a token and a connection of its own.</summary>
public sealed class Party : IDisposable
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(50); // a server that was started again is found soon

    /// <summary>With http as its value, the parties of a test call over HTTP and JSON where they would over gRPC.</summary>
    public static readonly bool OverHttp = Environment.GetEnvironmentVariable("ORDERGRPC_TEST_TRANSPORT") == "http";

    private readonly IDisposable connection;

    /// <param name="waits">Whether a call waits for a server that is not there, and does not fail.</param>
    public Party(string address, string? token, string language = "en", bool waits = false)
        : this(address, token, language, waits, OverHttp)
    {
    }

    /// <param name="overHttp">Whether it calls over HTTP and JSON.</param>
    public Party(string address, string? token, string language, bool waits, bool overHttp)
        : this(overHttp ? new HttpInvoker(address, token, language) : null, overHttp ? null : GrpcChannel.ForAddress(address, Options()), token, language, waits)
    {
    }

    /// <summary>A caller of several servers that are one: each call goes to the next that is there.</summary>
    public Party(IEnumerable<Uri> servers, string token)
        : this(null, GrpcChannel.ForAddress("static:///servers", Options(servers)), token, "en", waits: false)
    {
    }

    private Party(HttpInvoker? http, GrpcChannel? channel, string? token, string language, bool waits)
    {
        connection = http ?? (IDisposable)channel!;
        var invoker = http ?? channel!.Intercept(headers =>
        {
            if (token is not null)
            {
                headers.Add("authorization", "Bearer " + token);
            }

            headers.Add("accept-language", language);
            return headers;
        }).Intercept(new Patient(waits));
        Client = new ClientService.ClientServiceClient(invoker);
        Supplier = new SupplierService.SupplierServiceClient(invoker);
        Query = new OrderQueryService.OrderQueryServiceClient(invoker);
        Invoker = invoker;
    }

    public CallInvoker Invoker { get; }

    public ClientService.ClientServiceClient Client { get; }

    public SupplierService.SupplierServiceClient Supplier { get; }

    public OrderQueryService.OrderQueryServiceClient Query { get; }

    public async Task<Order> PlaceAsync(string description = "Garden fence", string requestId = "") =>
        (await Client.PlaceOrderAsync(Requests.Place(description, requestId))).Order;

    public void Dispose() => connection.Dispose();

    private static GrpcChannelOptions Options(IEnumerable<Uri>? servers = null)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            InitialReconnectBackoff = Reconnect,
            MaxReconnectBackoff = Reconnect,
        };
        if (servers is not null)
        {
            var addresses = servers.Select(server => new BalancerAddress(server.Host, server.Port)).ToList();
            options.Credentials = ChannelCredentials.Insecure;
            options.ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
            options.ServiceProvider = new ServiceCollection().AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses)).BuildServiceProvider();
        }

        return options;
    }

    /// <summary>Gives every call that is answered once a deadline, so that no test hangs.</summary>
    private sealed class Patient(bool waits) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, With(context, context.Options.Deadline is null ? context.Options.WithDeadline(Deadlines.Soon) : context.Options));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, With(context, context.Options));

        private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, CallOptions options)
            where TRequest : class
            where TResponse : class =>
            new(context.Method, context.Host, waits ? options.WithWaitForReady() : options);
    }
}

/// <summary>Requests as most tests need them.</summary>
public static class Requests
{
    public static PlaceOrderRequest Place(string description = "Garden fence", string requestId = "") => new()
    {
        Customer = new Customer { Name = "Jon Doe", Email = "john@example.com" },
        Lines = { new OrderLine { Description = description, Quantity = "1" } },
        RequestId = requestId,
    };

    public static DraftQuoteRequest Draft(long orderId, long units = 38, string currency = "EUR", string quantity = "1") => new()
    {
        OrderId = orderId,
        Lines =
        {
            new QuoteLine
            {
                Description = "Garden fence",
                Quantity = quantity,
                UnitPrice = new Money { CurrencyCode = currency, Units = units },
            },
        },
    };

    public static ClientServiceApproveQuoteRequest Accept(Order order) => new()
    {
        OrderId = order.Id,
        QuoteRevision = order.Quote.Revision,
        Digest = order.Quote.Digest,
    };
}

/// <summary>How long a test waits before it fails: never how long it takes.</summary>
public static class Deadlines
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static DateTime Soon => TimeProvider.System.GetUtcNow().UtcDateTime + Patience;
}
