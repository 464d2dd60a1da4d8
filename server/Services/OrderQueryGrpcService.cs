using Google.Protobuf;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What both parties read and watch, each its own orders only.</summary>
public sealed class OrderQueryGrpcService(IOrderStore store, OrderWatches watches, PageReading pages, CallLimits limits, TimeProvider time) : OrderQueryService.OrderQueryServiceBase
{
    public override async Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context)
    {
        var order = await store.FindAsync(request.OrderId, context);
        var bytes = order.CalculateSize();
        if (bytes > limits.SmallAnswerBytes && !pages.TryKeep(context, bytes))
        {
            order = null!; // let go until there is room for it
            using var room = await pages.RoomAsync(context, bytes);
            order = await store.FindAsync(request.OrderId, context);
            room.Keep(bytes);
        }

        return new GetOrderResponse { Order = Visibility.For(context.Caller().Role, order).AsOf(time.GetUtcNow()) };
    }

    public override async Task<ListOrdersResponse> ListOrders(ListOrdersRequest request, ServerCallContext context)
    {
        var (query, pageSize) = ListRules.Query(request, context);
        var page = await pages.ReadAsync(context, pageSize, query.AfterId, order => order.Length, async (after, limit, cancellation) =>
        {
            var slice = await store.ListOrdersAsync(query with { AfterId = after, Limit = limit }, cancellation);
            return new PageSlice<byte[]>(slice.Orders, slice.LastId, slice.IsEnd, slice.Work);
        });
        var response = new ListOrdersResponse();
        response.Orders.AddRange(page.Entries.Select(order => Visibility.Read(query.Party.Role, order).AsOf(time.GetUtcNow())));
        if (page.MoreFollow)
        {
            response.NextPageToken = PageToken.Write(response.Orders[^1].Id, ListRules.Filters(request), query.Party);
        }

        return response;
    }

    public override async Task<ListOrderEventsResponse> ListOrderEvents(ListOrderEventsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var pageSize = ListRules.PageSize(request.PageSize, context);
        var filters = new ListOrderEventsRequest { OrderId = request.OrderId };
        await store.FindAsync(request.OrderId, context);
        var after = PageToken.Read(request.PageToken, filters, caller, out var refusal) ?? 0;
        context.ThrowIf(refusal);
        var page = await pages.ReadAsync(context, pageSize, after, happened => happened.CalculateSize(), async (key, limit, cancellation) =>
        {
            var slice = await store.ReadEventsAsync(request.OrderId, key ?? 0, limit, cancellation);
            return new PageSlice<OrderEvent>(slice.Events, slice.Events is [.., var last] ? last.Revision : key ?? 0, slice.IsEnd, slice.Work);
        });
        var response = new ListOrderEventsResponse();
        response.Events.AddRange(page.Entries.Select(happened => Visibility.For(caller.Role, happened)));
        if (page.MoreFollow)
        {
            response.NextPageToken = PageToken.Write(response.Events[^1].Revision, filters, caller);
        }

        return response;
    }

    public override async Task<GetQuoteDocumentResponse> GetQuoteDocument(GetQuoteDocumentRequest request, ServerCallContext context)
    {
        var rules = new RequestRules();
        rules.NotNegative("quote_revision", request.QuoteRevision, int.MaxValue);
        context.ThrowIf(rules.Refusal);
        var order = await store.FindAsync(request.OrderId, context);
        var response = new GetQuoteDocumentResponse { FileName = QuoteFile.NameOf(order.Id) };
        if (context.Caller().Role == Role.Supplier && order.Quote is { SendTime: null } draft
            && request.QuoteRevision is var asked && (asked == 0 || asked == draft.Revision))
        {
            response.Content = ByteString.CopyFrom(QuoteDocument.Render(order));
            response.QuoteRevision = draft.Revision;
        }
        else if (await store.ReadDocumentAsync(order.Id, request.QuoteRevision, context.CancellationToken) is { } sent)
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

        return response;
    }

    public override async Task<CheckOrderResponse> CheckOrder(CheckOrderRequest request, ServerCallContext context)
    {
        var order = await store.FindAsync(request.OrderId, context);
        return new CheckOrderResponse { State = order.State, Message = Checks.Order(order, context.Culture()) };
    }

    public override async Task<CheckQuoteResponse> CheckQuote(CheckQuoteRequest request, ServerCallContext context)
    {
        var order = await store.FindAsync(request.OrderId, context);
        return new CheckQuoteResponse { State = order.State, Message = Checks.Quote(order, context.Caller().Role, time.GetUtcNow(), context.Culture()) };
    }

    public override async Task<CheckRealizationResponse> CheckRealization(CheckRealizationRequest request, ServerCallContext context)
    {
        var order = await store.FindAsync(request.OrderId, context);
        return new CheckRealizationResponse { State = order.State, Message = Checks.Realization(order, context.Culture()) };
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

    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context) =>
        Task.FromResult(CallerFacts.Of(context.GetHttpContext().User));

    public override Task WatchOrders(WatchOrdersRequest request, IServerStreamWriter<WatchOrdersResponse> responseStream, ServerCallContext context) =>
        watches.RunAsync(request, context);
}
