using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>A supplier's commands, one line each.</summary>
public static class SupplierSteps
{
    public static readonly OrderStep<ApproveOrderRequest, ApproveOrderResponse> ApproveOrder = new("order approve", to => to.Supplier.ApproveOrderAsync);
    public static readonly OrderStep<RejectOrderRequest, RejectOrderResponse> RejectOrder = new("order reject", to => to.Supplier.RejectOrderAsync, Text.EndsByRejecting);
    public static readonly OrderStep<DraftQuoteRequest, DraftQuoteResponse> DraftQuote = new("quote draft", to => to.Supplier.DraftQuoteAsync);
    public static readonly OrderStep<SupplierServiceApproveQuoteRequest, SupplierServiceApproveQuoteResponse> ApproveQuote = new("quote approve", to => to.Supplier.ApproveQuoteAsync, Text.EndsBySending);
    public static readonly OrderStep<SupplierServiceRejectQuoteRequest, SupplierServiceRejectQuoteResponse> RejectQuote = new("quote reject", to => to.Supplier.RejectQuoteAsync, Text.EndsByWithholding);
    public static readonly OrderStep<ReportRealizationRequest, ReportRealizationResponse> ReportRealization = new("realization report", to => to.Supplier.ReportRealizationAsync);
}
