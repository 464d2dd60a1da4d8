using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>A client's commands, one line each.</summary>
public static class ClientSteps
{
    public static readonly OrderStep<PlaceOrderRequest, PlaceOrderResponse> Place = new(to => to.Client.PlaceOrderAsync);
    public static readonly OrderStep<CancelOrderRequest, CancelOrderResponse> Cancel = new(to => to.Client.CancelOrderAsync, Text.EndsByCancelling);
    public static readonly OrderStep<ClientServiceApproveQuoteRequest, ClientServiceApproveQuoteResponse> ApproveQuote = new(to => to.Client.ApproveQuoteAsync, Text.EndsByAccepting);
    public static readonly OrderStep<ClientServiceRejectQuoteRequest, ClientServiceRejectQuoteResponse> RejectQuote = new(to => to.Client.RejectQuoteAsync, Text.EndsByDeclining);
    public static readonly OrderStep<RequestQuoteRevisionRequest, RequestQuoteRevisionResponse> ReviseQuote = new(to => to.Client.RequestQuoteRevisionAsync);
    public static readonly OrderStep<ApproveRealizationRequest, ApproveRealizationResponse> ApproveRealization = new(to => to.Client.ApproveRealizationAsync);
    public static readonly OrderStep<RejectRealizationRequest, RejectRealizationResponse> RejectRealization = new(to => to.Client.RejectRealizationAsync);
}
