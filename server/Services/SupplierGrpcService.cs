using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The RPCs of a supplier; each is a command.</summary>
[Authorize(Policy = Policies.Supplier)]
public sealed class SupplierGrpcService(CommandGate gate) : SupplierService.SupplierServiceBase
{
    public override Task<ApproveOrderResponse> ApproveOrder(ApproveOrderRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new ApproveOrderResponse { Order = order, Position = position });

    public override Task<RejectOrderResponse> RejectOrder(RejectOrderRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new RejectOrderResponse { Order = order, Position = position });

    public override Task<DraftQuoteResponse> DraftQuote(DraftQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new DraftQuoteResponse { Order = order, Position = position });

    public override Task<SupplierServiceApproveQuoteResponse> ApproveQuote(SupplierServiceApproveQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new SupplierServiceApproveQuoteResponse { Order = order, Position = position });

    public override Task<SupplierServiceRejectQuoteResponse> RejectQuote(SupplierServiceRejectQuoteRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new SupplierServiceRejectQuoteResponse { Order = order, Position = position });

    public override Task<ReportRealizationResponse> ReportRealization(ReportRealizationRequest request, ServerCallContext context) =>
        gate.RunAsync(request, context, (order, position) => new ReportRealizationResponse { Order = order, Position = position });
}
