using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The RPCs of a client; each is a command.</summary>
[Authorize(Policy = Policies.Client)]
public sealed class ClientGrpcService(CommandGate gate, ServerOptions options) : ClientService.ClientServiceBase
{
    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context)
    {
        request.Supplier = request.Supplier.Length == 0 ? options.DefaultSupplier : request.Supplier;
        return gate.RunAsync(request, context, (order, position) => new PlaceOrderResponse { Order = order, Position = position });
    }

    public override Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new CancelOrderResponse { Order = order, Position = position });

    public override Task<ClientServiceApproveQuoteResponse> ApproveQuote(ClientServiceApproveQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new ClientServiceApproveQuoteResponse { Order = order, Position = position });

    public override Task<ClientServiceRejectQuoteResponse> RejectQuote(ClientServiceRejectQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new ClientServiceRejectQuoteResponse { Order = order, Position = position });

    public override Task<RequestQuoteRevisionResponse> RequestQuoteRevision(RequestQuoteRevisionRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new RequestQuoteRevisionResponse { Order = order, Position = position });

    public override Task<ApproveRealizationResponse> ApproveRealization(ApproveRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new ApproveRealizationResponse { Order = order, Position = position });

    public override Task<RejectRealizationResponse> RejectRealization(RejectRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new RejectRealizationResponse { Order = order, Position = position });
}
