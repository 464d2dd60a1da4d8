using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The RPCs of a client; each is a command.</summary>
[Authorize(Policy = Policies.Client)]
public sealed class ClientGrpcService(CommandGate gate, ServerOptions options)
    : ClientService.ClientServiceBase, IContractService<ClientGrpcService>
{
    public static void Bind(ServiceBinderBase binder, ClientGrpcService service) => ClientService.BindService(binder, service);

    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context)
    {
        request.Supplier = request.Supplier.Length == 0 ? options.DefaultSupplier : request.Supplier;
        return gate.RunAsync<PlaceOrderResponse>(request, context);
    }

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
}
