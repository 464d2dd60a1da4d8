using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.ClientCli;

/// <summary>A client's steps, as verbs and prompts both take them: send, print the line that says so, and return the order after it.</summary>
/// <param name="session">The command's.</param>
/// <param name="calls">How to call: a verb has its time, an answered prompt waits for the server.</param>
public sealed class ClientActions(Session session, RetryingCalls calls)
{
    private ClientService.ClientServiceClient Service => session.Connection.Client;

    /// <summary>Places an order and prints its number.</summary>
    public async Task PlaceAsync(PlaceOrderRequest request, CancellationToken cancellation)
    {
        var answer = await Session.CallAsync<PlaceOrderRequest, PlaceOrderResponse>(Service.PlaceOrderAsync, request, calls, cancellation);
        var number = session.Texts.Format(Text.OrderNumber, answer.Order.Id);
        session.Printer.Result(answer, $"{number}\n{session.Texts[Text.OrderPlaced]}");
    }

    /// <summary>Withdraws an order.</summary>
    public async Task<Order> CancelAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new CancelOrderRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<CancelOrderRequest, CancelOrderResponse>(Service.CancelOrderAsync, request, Text.OrderCancelled, calls, cancellation)).Order;
    }

    /// <summary>Accepts the quote of that revision and digest.</summary>
    public async Task<Order> ApproveQuoteAsync(long id, CommandIdentity identity, int quoteRevision, string digest, CancellationToken cancellation)
    {
        var request = new ClientServiceApproveQuoteRequest
        {
            OrderId = id,
            RequestId = identity.RequestId,
            QuoteRevision = quoteRevision,
            Digest = digest,
        };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<ClientServiceApproveQuoteRequest, ClientServiceApproveQuoteResponse>(Service.ApproveQuoteAsync, request, Text.QuoteAccepted, calls, cancellation)).Order;
    }

    /// <summary>Refuses the quote.</summary>
    public async Task<Order> RejectQuoteAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new ClientServiceRejectQuoteRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<ClientServiceRejectQuoteRequest, ClientServiceRejectQuoteResponse>(Service.RejectQuoteAsync, request, Text.QuoteDeclined, calls, cancellation)).Order;
    }

    /// <summary>Asks for another quote.</summary>
    public async Task<Order> ReviseQuoteAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new RequestQuoteRevisionRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<RequestQuoteRevisionRequest, RequestQuoteRevisionResponse>(Service.RequestQuoteRevisionAsync, request, Text.QuoteRevisionRequested, calls, cancellation)).Order;
    }

    /// <summary>Confirms the realization.</summary>
    public async Task<Order> ApproveRealizationAsync(long id, CommandIdentity identity, CancellationToken cancellation)
    {
        var request = new ApproveRealizationRequest { OrderId = id, RequestId = identity.RequestId };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<ApproveRealizationRequest, ApproveRealizationResponse>(Service.ApproveRealizationAsync, request, Text.RealizationApproved, calls, cancellation)).Order;
    }

    /// <summary>Sends the realization back.</summary>
    public async Task<Order> RejectRealizationAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new RejectRealizationRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<RejectRealizationRequest, RejectRealizationResponse>(Service.RejectRealizationAsync, request, Text.RealizationRejected, calls, cancellation)).Order;
    }
}
