using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>A client's commands, one line each.</summary>
public static class ClientSteps
{
    public static readonly OrderStep<PlaceOrderRequest, PlaceOrderResponse> Place = new("order place", to => to.Client.PlaceOrderAsync);
    public static readonly OrderStep<CancelOrderRequest, CancelOrderResponse> Cancel = new("order cancel", to => to.Client.CancelOrderAsync, Text.EndsByCancelling);
    public static readonly OrderStep<ClientServiceApproveQuoteRequest, ClientServiceApproveQuoteResponse> ApproveQuote = new("quote approve", to => to.Client.ApproveQuoteAsync, Text.EndsByAccepting);
    public static readonly OrderStep<ClientServiceRejectQuoteRequest, ClientServiceRejectQuoteResponse> RejectQuote = new("quote reject", to => to.Client.RejectQuoteAsync, Text.EndsByDeclining);
    public static readonly OrderStep<RequestQuoteRevisionRequest, RequestQuoteRevisionResponse> ReviseQuote = new("quote revise", to => to.Client.RequestQuoteRevisionAsync);
    public static readonly OrderStep<ApproveRealizationRequest, ApproveRealizationResponse> ApproveRealization = new("realization approve", to => to.Client.ApproveRealizationAsync);
    public static readonly OrderStep<RejectRealizationRequest, RejectRealizationResponse> RejectRealization = new("realization reject", to => to.Client.RejectRealizationAsync);
}
