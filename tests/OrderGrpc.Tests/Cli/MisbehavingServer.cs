using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>A server that does what the real one does not do when asked to: is busy, is slow, lies.</summary>
public sealed class MisbehavingServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private MisbehavingServer(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public static async Task<MisbehavingServer> StartAsync(Func<PlaceOrderRequest, ServerCallContext, Task<PlaceOrderResponse>> place, GetQuoteDocumentResponse? document = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Script(place, document ?? new GetQuoteDocumentResponse()));
        var app = builder.Build();
        app.MapGrpcService<Placing>();
        app.MapGrpcService<Documents>();
        await app.StartAsync();
        return new MisbehavingServer(app);
    }

    /// <summary>A refusal in the contract's form.</summary>
    public static RpcException Refusal(StatusCode code, string reason, string message, params IMessage[] more)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = "ordergrpc", Reason = reason }));
        status.Details.Add(more.Select(Any.Pack));
        return status.ToRpcException();
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private sealed record Script(Func<PlaceOrderRequest, ServerCallContext, Task<PlaceOrderResponse>> Place, GetQuoteDocumentResponse Document);

    private sealed class Placing(Script script) : ClientService.ClientServiceBase
    {
        public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) => script.Place(request, context);
    }

    private sealed class Documents(Script script) : OrderQueryService.OrderQueryServiceBase
    {
        public override Task<GetQuoteDocumentResponse> GetQuoteDocument(GetQuoteDocumentRequest request, ServerCallContext context) => Task.FromResult(script.Document);
    }
}
