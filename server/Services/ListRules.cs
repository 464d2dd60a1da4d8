using System.Globalization;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Services;

/// <summary>What a list may ask for, and the store's query for it.</summary>
public static class ListRules
{
    /// <summary>The query, and how many orders its page has.</summary>
    public static (OrderQuery Query, int PageSize) Query(ListOrdersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var pageSize = PageSize(request.PageSize, context);
        var rules = new RequestRules();
        rules.States("states", request.States);
        rules.Party("client", request.Client);
        rules.Text("client_reference", request.ClientReference, ContractLimits.ReferenceLength);
        if (!Enum.IsDefined(request.WaitingOn))
        {
            rules.Fault("waiting_on", FieldRule.NotAState);
        }

        var placed = new TimeRange(rules.Time("placed_from", request.PlacedFrom), rules.Time("placed_before", request.PlacedBefore));
        var updated = new TimeRange(rules.Time("updated_from", request.UpdatedFrom), rules.Time("updated_before", request.UpdatedBefore));
        context.ThrowIf(rules.Refusal);
        var after = PageToken.Read(request.PageToken, Filters(request), caller, out var refusal);
        context.ThrowIf(refusal);
        return (new OrderQuery(caller, States(request), pageSize)
        {
            Client = request.Client,
            ClientReference = request.ClientReference,
            Placed = placed,
            Updated = updated,
            OldestFirst = request.OldestFirst,
            AfterId = after,
        }, pageSize);
    }

    /// <summary>The request without what may differ from page to page.</summary>
    public static ListOrdersRequest Filters(ListOrdersRequest request) => new(request) { PageToken = "", PageSize = 0 };

    /// <summary>The size of a page; refuses one past the limit.</summary>
    public static int PageSize(int asked, ServerCallContext context)
    {
        if (asked is < 0 or > ContractLimits.MaxPageSize)
        {
            var rules = new RequestRules();
            rules.Fault("page_size", FieldRule.NotInRange, "0", ContractLimits.MaxPageSize.ToString(CultureInfo.InvariantCulture));
            context.ThrowIf(rules.Refusal);
        }

        return asked == 0 ? ContractLimits.DefaultPageSize : asked;
    }

    // Whose turn it is follows from the state. Two filters that exclude each other leave a state that no order has.
    private static State[] States(ListOrdersRequest request)
    {
        if (request.WaitingOn == WaitingOn.Unspecified)
        {
            return [.. request.States];
        }

        var waiting = OrderProcess.Turns.Where(turn => turn.Value == request.WaitingOn).Select(turn => turn.Key);
        State[] both = [.. request.States.Count == 0 ? waiting : waiting.Intersect(request.States)];
        return both.Length == 0 ? [State.Unspecified] : both;
    }
}
