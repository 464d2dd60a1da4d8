using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Running;

/// <summary>A caller with a token and a connection of its own.</summary>
public sealed class Party : IDisposable
{
    private readonly GrpcChannel channel;

    public Party(string address, string? token, string language = "en")
    {
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
        });
        var invoker = channel.Intercept(headers =>
        {
            if (token is not null)
            {
                headers.Add("authorization", "Bearer " + token);
            }

            headers.Add("accept-language", language);
            return headers;
        }).Intercept(new Patient());
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

    public void Dispose() => channel.Dispose();

    /// <summary>Gives every call that is answered once a deadline, so that no test hangs.</summary>
    private sealed class Patient : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, new ClientInterceptorContext<TRequest, TResponse>(
                context.Method, context.Host, context.Options.Deadline is null ? context.Options.WithDeadline(Deadlines.Soon) : context.Options));
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
