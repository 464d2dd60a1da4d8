using OrderGrpc.CliShell;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>A supplier's steps, as verbs and prompts both take them: send, print the line that says so, and return the order after it.</summary>
/// <param name="session">The command's.</param>
/// <param name="calls">How to call: a verb has its time, an answered prompt waits for the server.</param>
public sealed class SupplierActions(Session session, RetryingCalls calls)
{
    private SupplierService.SupplierServiceClient Service => session.Connection.Supplier;

    /// <summary>Verifies an order.</summary>
    public async Task<Order> ApproveOrderAsync(long id, CommandIdentity identity, CancellationToken cancellation)
    {
        var request = new ApproveOrderRequest { OrderId = id, RequestId = identity.RequestId };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<ApproveOrderRequest, ApproveOrderResponse>(Service.ApproveOrderAsync, request, Text.OrderApproved, calls, cancellation)).Order;
    }

    /// <summary>Refuses an order.</summary>
    public async Task<Order> RejectOrderAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new RejectOrderRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<RejectOrderRequest, RejectOrderResponse>(Service.RejectOrderAsync, request, Text.OrderRejected, calls, cancellation)).Order;
    }

    /// <summary>Drafts a quote; the request has all but its identity.</summary>
    public async Task<Order> DraftQuoteAsync(DraftQuoteRequest request, CommandIdentity identity, CancellationToken cancellation)
    {
        request.RequestId = identity.RequestId;
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<DraftQuoteRequest, DraftQuoteResponse>(Service.DraftQuoteAsync, request, Text.QuoteDrafted, calls, cancellation)).Order;
    }

    /// <summary>Verifies a quote, which sends it.</summary>
    public async Task<Order> ApproveQuoteAsync(long id, CommandIdentity identity, CancellationToken cancellation)
    {
        var request = new SupplierServiceApproveQuoteRequest { OrderId = id, RequestId = identity.RequestId };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<SupplierServiceApproveQuoteRequest, SupplierServiceApproveQuoteResponse>(Service.ApproveQuoteAsync, request, Text.QuoteApproved, calls, cancellation)).Order;
    }

    /// <summary>Refuses to send a quote.</summary>
    public async Task<Order> RejectQuoteAsync(long id, CommandIdentity identity, string reason, CancellationToken cancellation)
    {
        var request = new SupplierServiceRejectQuoteRequest { OrderId = id, RequestId = identity.RequestId, Reason = reason };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<SupplierServiceRejectQuoteRequest, SupplierServiceRejectQuoteResponse>(Service.RejectQuoteAsync, request, Text.QuoteWithheld, calls, cancellation)).Order;
    }

    /// <summary>Reports the service realized.</summary>
    public async Task<Order> ReportRealizationAsync(long id, CommandIdentity identity, string note, CancellationToken cancellation)
    {
        var request = new ReportRealizationRequest { OrderId = id, RequestId = identity.RequestId, Note = note };
        if (identity.ExpectedRevision is { } revision)
        {
            request.ExpectedRevision = revision;
        }

        return (await session.SendAsync<ReportRealizationRequest, ReportRealizationResponse>(Service.ReportRealizationAsync, request, Text.Realized, calls, cancellation)).Order;
    }
}
