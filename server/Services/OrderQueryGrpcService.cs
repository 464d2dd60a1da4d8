using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What both parties read and watch, each its own orders only.</summary>
public sealed class OrderQueryGrpcService(IOrderStore store, OrderWatches watches, CallGuard guard)
    : OrderQueryService.OrderQueryServiceBase, IContractService<OrderQueryGrpcService>
{
    public static void Bind(ServiceBinderBase binder, OrderQueryGrpcService service)
    {
        OrderQueryService.BindService(binder, service);
        binder.AddMethod(WatchStream.Method, service.WatchOrders);
    }

    public override Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context) =>
        Task.FromResult(new GetOrderResponse { Order = Visibility.For(context.Caller().Role, Find(request.OrderId, context)) });

    public override Task<ListOrdersResponse> ListOrders(ListOrdersRequest request, ServerCallContext context)
    {
        var (query, pageSize) = ListRules.Query(request, context);
        var page = PageReading.Read(pageSize, (Order? last, int limit) => store.ListOrders(query with { AfterId = last?.Id ?? query.AfterId, Limit = limit }));
        guard.TakePage(context, page.Entries.Count);
        var response = new ListOrdersResponse();
        response.Orders.AddRange(page.Entries.Select(order => Visibility.For(query.Party.Role, order)));
        if (page.MoreFollow)
        {
            response.NextPageToken = PageToken.Write(response.Orders[^1].Id, ListRules.Filters(request), query.Party);
        }

        return Task.FromResult(response);
    }

    public override Task<ListOrderEventsResponse> ListOrderEvents(ListOrderEventsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var pageSize = ListRules.PageSize(request.PageSize, context);
        var filters = new ListOrderEventsRequest { OrderId = request.OrderId };
        Find(request.OrderId, context);
        var after = PageToken.Read(request.PageToken, filters, caller, out var refusal) ?? 0;
        context.ThrowIf(refusal);
        var page = PageReading.Read(pageSize, (OrderEvent? last, int limit) => store.ReadEvents(request.OrderId, last?.Revision ?? after, limit));
        guard.TakePage(context, page.Entries.Count);
        var response = new ListOrderEventsResponse();
        response.Events.AddRange(page.Entries.Select(happened => Visibility.For(caller.Role, happened)));
        if (page.MoreFollow)
        {
            response.NextPageToken = PageToken.Write(response.Events[^1].Revision, filters, caller);
        }

        return Task.FromResult(response);
    }

    public override Task<GetQuoteDocumentResponse> GetQuoteDocument(GetQuoteDocumentRequest request, ServerCallContext context)
    {
        var rules = new RequestRules();
        rules.NotNegative("quote_revision", request.QuoteRevision, int.MaxValue);
        context.ThrowIf(rules.Refusal);
        var order = Find(request.OrderId, context);
        var response = new GetQuoteDocumentResponse { FileName = QuoteFile.NameOf(order.Id) };
        if (context.Caller().Role == Role.Supplier && order.Quote is { SendTime: null } draft
            && request.QuoteRevision is var asked && (asked == 0 || asked == draft.Revision))
        {
            response.Content = ByteString.CopyFrom(QuoteDocument.Render(order));
            response.QuoteRevision = draft.Revision;
        }
        else if (store.ReadDocument(order.Id, request.QuoteRevision) is { } sent)
        {
            response.Content = ByteString.CopyFrom(sent.Content);
            response.QuoteRevision = sent.QuoteRevision;
            response.Digest = QuoteDocument.Digest(sent.Content);
            response.Sent = true;
        }
        else
        {
            context.ThrowIf(new Refusal(ErrorReason.QuoteNotFound, ("order_id", $"{order.Id}")));
        }

        return Task.FromResult(response);
    }

    public override Task<CheckOrderResponse> CheckOrder(CheckOrderRequest request, ServerCallContext context)
    {
        var order = Find(request.OrderId, context);
        return Task.FromResult(new CheckOrderResponse { State = order.State, Message = Checks.Order(order, context.Culture()) });
    }

    public override Task<CheckQuoteResponse> CheckQuote(CheckQuoteRequest request, ServerCallContext context)
    {
        var order = Find(request.OrderId, context);
        return Task.FromResult(new CheckQuoteResponse { State = order.State, Message = Checks.Quote(order, context.Culture()) });
    }

    public override Task<CheckRealizationResponse> CheckRealization(CheckRealizationRequest request, ServerCallContext context)
    {
        var order = Find(request.OrderId, context);
        return Task.FromResult(new CheckRealizationResponse { State = order.State, Message = Checks.Realization(order, context.Culture()) });
    }

    public override Task<DescribeProcessResponse> DescribeProcess(DescribeProcessRequest request, ServerCallContext context)
    {
        var response = new DescribeProcessResponse();
        response.Transitions.AddRange(OrderProcess.Steps.Select(step => new Transition
        {
            Command = step.Command,
            Role = step.Role,
            From = { step.From },
            Event = step.Event.ToString(),
            To = step.To,
        }));
        response.States.AddRange(OrderProcess.Turns.Select(turn => new StateDescription
        {
            State = turn.Key,
            WaitingOn = turn.Value,
            Terminal = OrderProcess.IsTerminal(turn.Key),
        }));
        return Task.FromResult(response);
    }

    /// <summary>WatchOrders, answering with frames.</summary>
    public Task WatchOrders(WatchOrdersRequest request, IServerStreamWriter<WatchFrame> stream, ServerCallContext context) =>
        watches.RunAsync(request, stream, context);

    private Order Find(long orderId, ServerCallContext context)
    {
        var rules = new RequestRules();
        rules.Positive("order_id", orderId);
        context.ThrowIf(rules.Refusal);
        var order = store.ReadOrder(orderId, context.Caller());
        context.ThrowIf(order is null ? new Refusal(ErrorReason.OrderNotFound, ("order_id", $"{orderId}")) : null);
        return order!;
    }
}
