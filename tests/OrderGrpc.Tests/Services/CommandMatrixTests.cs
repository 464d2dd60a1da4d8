using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.Tests.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>Every command in every state, through the real server.</summary>
public sealed class CommandMatrixTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<State, Role, Command> Pairs => ProcessTable.Pairs;

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_command_in_a_state_is_recorded_or_refused_and_changes_nothing(State state, Role role, Command command)
    {
        var order = await shop.OrderInAsync(state);
        var request = ProcessTable.Request(role, command, order);
        if (ProcessTable.Of(state, role, command) is var (happens, to))
        {
            var head = await shop.HeadAsync();
            var (after, position) = await shop.Of(role).SendAsync(request);
            Assert.Equal((to, order.Revision + 1, head + 1), (after.State, after.Revision, position));
            Assert.Equal(after, await Shop.SeenByAsync(shop.Of(role), order.Id));
            var events = (await shop.Supplier.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = order.Id })).Events;
            Assert.Equal((happens, position, after.Revision, role), (events[^1].EventCase.ToString(), events[^1].Position, events[^1].Revision, events[^1].Actor.Role));
            Assert.Equal(after.Revision, events.Count);
            return;
        }

        var (name, allowed) = ProcessTable.Refusal(state, role);
        var (asked, turn) = (Names.Of(command), Names.Of(ProcessTable.States.Single(row => row.State == state).Turn));
        var refused = await shop.RefusedAsync(
            request, StatusCode.FailedPrecondition, "WRONG_STATE",
            $"{asked} is not possible: order {order.Id} is {name}; possible now: {(allowed.Length == 0 ? "nothing" : allowed)}",
            $"{asked} n'est pas possible : la commande {order.Id} est {name} ; possible maintenant : {(allowed.Length == 0 ? "rien" : allowed)}");
        Assert.Equal(
            new Dictionary<string, string> { ["order_id"] = order.Id.Text(), ["command"] = asked, ["state"] = name, ["waiting_on"] = turn, ["allowed_commands"] = allowed },
            refused.Metadata);
        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
    }
}
