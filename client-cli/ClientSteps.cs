using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>A client's commands, one line each: the RPC, and an example.</summary>
public static class ClientSteps
{
    public static readonly OrderStep<PlaceOrderRequest, PlaceOrderResponse> Place = new(to => to.Client.PlaceOrderAsync, "order place --name \"Jon Doe\" --email john@example.com --line \"Garden fence\" --line \"Gate=2\"");
    public static readonly OrderStep<CancelOrderRequest, CancelOrderResponse> Cancel = new(to => to.Client.CancelOrderAsync, "order cancel 1 --reason \"No longer needed\"");
    public static readonly OrderStep<ClientServiceApproveQuoteRequest, ClientServiceApproveQuoteResponse> ApproveQuote = new(to => to.Client.ApproveQuoteAsync, "quote approve 1");
    public static readonly OrderStep<ClientServiceRejectQuoteRequest, ClientServiceRejectQuoteResponse> RejectQuote = new(to => to.Client.RejectQuoteAsync, "quote reject 1 --reason \"Too expensive\"");
    public static readonly OrderStep<RequestQuoteRevisionRequest, RequestQuoteRevisionResponse> ReviseQuote = new(to => to.Client.RequestQuoteRevisionAsync, "quote revise 1 --reason \"Without the gate, please\"");
    public static readonly OrderStep<ApproveRealizationRequest, ApproveRealizationResponse> ApproveRealization = new(to => to.Client.ApproveRealizationAsync, "realization approve 1");
    public static readonly OrderStep<RejectRealizationRequest, RejectRealizationResponse> RejectRealization = new(to => to.Client.RejectRealizationAsync, "realization reject 1 --reason \"The gate is missing\"");

    /// <summary>Those without arguments of their own: their verbs need no more said.</summary>
    public static readonly IReadOnlyList<OrderStep> Plain = [Cancel, RejectQuote, ReviseQuote, ApproveRealization, RejectRealization];
}
