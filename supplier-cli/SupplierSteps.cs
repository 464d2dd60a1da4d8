using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>A supplier's commands, one line each: the RPC, and an example.</summary>
public static class SupplierSteps
{
    public static readonly OrderStep<ApproveOrderRequest, ApproveOrderResponse> ApproveOrder = new(to => to.Supplier.ApproveOrderAsync, "order approve 1");
    public static readonly OrderStep<RejectOrderRequest, RejectOrderResponse> RejectOrder = new(to => to.Supplier.RejectOrderAsync, "order reject 1 --reason \"We do not build fences\"");
    public static readonly OrderStep<DraftQuoteRequest, DraftQuoteResponse> DraftQuote = new(to => to.Supplier.DraftQuoteAsync, "quote draft 1 --line \"Fence=1@30\" --line \"Gate=2@4\" --valid-until 2026-12-31");
    public static readonly OrderStep<SupplierServiceApproveQuoteRequest, SupplierServiceApproveQuoteResponse> ApproveQuote = new(to => to.Supplier.ApproveQuoteAsync, "quote approve 1");
    public static readonly OrderStep<SupplierServiceRejectQuoteRequest, SupplierServiceRejectQuoteResponse> RejectQuote = new(to => to.Supplier.RejectQuoteAsync, "quote reject 1 --reason \"Out of stock\"");
    public static readonly OrderStep<ReportRealizationRequest, ReportRealizationResponse> ReportRealization = new(to => to.Supplier.ReportRealizationAsync, "realization report 1 --note \"Fence and gate are up\"");

    /// <summary>Those without arguments of their own: their verbs need no more said.</summary>
    public static readonly IReadOnlyList<OrderStep> Plain = [ApproveOrder, RejectOrder, ApproveQuote, RejectQuote];
}
