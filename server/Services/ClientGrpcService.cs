using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The RPCs of a client: its commands, and links to its orders.</summary>
[Authorize(Policy = Policies.Client)]
public sealed class ClientGrpcService(CommandGate gate, IOrderStore store, OrderLinks links, SecurityLog log, ServerOptions options, TimeProvider time) : ClientService.ClientServiceBase
{
    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) =>
        gate.RunAsync<PlaceOrderResponse>(request, context);

    public override Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context) =>
        gate.RunAsync<CancelOrderResponse>(request, context);

    public override Task<ClientServiceApproveQuoteResponse> ApproveQuote(ClientServiceApproveQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync<ClientServiceApproveQuoteResponse>(request, context);

    public override Task<ClientServiceRejectQuoteResponse> RejectQuote(ClientServiceRejectQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync<ClientServiceRejectQuoteResponse>(request, context);

    public override Task<RequestQuoteRevisionResponse> RequestQuoteRevision(RequestQuoteRevisionRequest request, ServerCallContext context) =>
        gate.RunAsync<RequestQuoteRevisionResponse>(request, context);

    public override Task<ApproveRealizationResponse> ApproveRealization(ApproveRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync<ApproveRealizationResponse>(request, context);

    public override Task<RejectRealizationResponse> RejectRealization(RejectRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync<RejectRealizationResponse>(request, context);

    public override async Task<CreateOrderLinkResponse> CreateOrderLink(CreateOrderLinkRequest request, ServerCallContext context)
    {
        var order = await store.FindAsync(request.OrderId, context);
        var end = OrderLinks.EndOf(order);
        context.ThrowIf(end <= time.GetUtcNow() ? new Refusal(ErrorReason.OrderLinkEnded, ("order_id", $"{order.Id}")) : null);
        var http = context.GetHttpContext();
        var token = links.Make(http.User.Identify(), order.Id);
        log.LinkMade(http, order.Id);
        return new CreateOrderLinkResponse
        {
            Token = token,
            ExpireTime = end is { } at ? Timestamp.FromDateTimeOffset(at) : null,
            Url = options.PublicUrl.Length == 0 ? "" : $"{options.PublicUrl.TrimEnd('/')}/#/orders/{order.Id}?token={token}",
        };
    }
}
