using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>A supplier's commands, one line each.</summary>
public static class SupplierSteps
{
    public static readonly OrderStep<ApproveOrderRequest, ApproveOrderResponse> ApproveOrder = new(to => to.Supplier.ApproveOrderAsync);
    public static readonly OrderStep<RejectOrderRequest, RejectOrderResponse> RejectOrder = new(to => to.Supplier.RejectOrderAsync, Text.EndsByRejecting);
    public static readonly OrderStep<DraftQuoteRequest, DraftQuoteResponse> DraftQuote = new(to => to.Supplier.DraftQuoteAsync);
    public static readonly OrderStep<SupplierServiceApproveQuoteRequest, SupplierServiceApproveQuoteResponse> ApproveQuote = new(to => to.Supplier.ApproveQuoteAsync, Text.EndsBySending);
    public static readonly OrderStep<SupplierServiceRejectQuoteRequest, SupplierServiceRejectQuoteResponse> RejectQuote = new(to => to.Supplier.RejectQuoteAsync, Text.EndsByWithholding);
    public static readonly OrderStep<ReportRealizationRequest, ReportRealizationResponse> ReportRealization = new(to => to.Supplier.ReportRealizationAsync);
}
