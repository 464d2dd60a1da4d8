using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The RPCs of a supplier; each is a command.</summary>
[Authorize(Policy = Policies.Supplier)]
public sealed class SupplierGrpcService(CommandGate gate, Rehearsal rehearsal) : SupplierService.SupplierServiceBase
{
    public override Task<ApproveOrderResponse> ApproveOrder(ApproveOrderRequest request, ServerCallContext context) =>
        gate.RunAsync<ApproveOrderResponse>(request, context);

    public override Task<RejectOrderResponse> RejectOrder(RejectOrderRequest request, ServerCallContext context) =>
        gate.RunAsync<RejectOrderResponse>(request, context);

    public override Task<DraftQuoteResponse> DraftQuote(DraftQuoteRequest request, ServerCallContext context) =>
        request.ValidateOnly ? rehearsal.RunAsync<DraftQuoteResponse>(request, context) : gate.RunAsync<DraftQuoteResponse>(request, context);

    public override Task<SupplierServiceApproveQuoteResponse> ApproveQuote(SupplierServiceApproveQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync<SupplierServiceApproveQuoteResponse>(request, context);

    public override Task<SupplierServiceRejectQuoteResponse> RejectQuote(SupplierServiceRejectQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync<SupplierServiceRejectQuoteResponse>(request, context);

    public override Task<ReportRealizationResponse> ReportRealization(ReportRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync<ReportRealizationResponse>(request, context);
}
