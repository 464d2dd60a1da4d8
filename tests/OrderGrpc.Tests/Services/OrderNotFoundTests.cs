using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>What is not there and what is somebody else's: the answer does not tell which.</summary>
public sealed class OrderNotFoundTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<Role, Command> Commands => [.. ProcessTable.Commands.Select(c => (c.Role, c.Command))];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_of_an_unknown_order_is_not_found(Role role, Command command)
    {
        foreach (var id in new[] { 999_999L, long.MaxValue })
        {
            var refused = await shop.RefusedAsync(
                ProcessTable.Request(role, command, new Order { Id = id }), StatusCode.NotFound, "ORDER_NOT_FOUND", $"there is no order {id}", $"la commande {id} n'existe pas");
            Assert.Equal(new Dictionary<string, string> { ["order_id"] = id.Text() }, refused.Metadata);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_of_somebody_elses_order_is_not_found_as_if_it_did_not_exist(Role role, Command command)
    {
        // In a state that allows the command, so that nothing but the owner speaks against it.
        var order = await shop.OrderInAsync(ProcessTable.Allowed.First(s => (s.Role, s.Command) == (role, command)).From);
        var stranger = role == Role.Client ? shop.OtherClient : shop.OtherSupplier;
        var request = ProcessTable.Request(role, command, order);
        foreach (var asked in new[] { request, ProcessTable.Request(role, command, order).With(("expected_revision", 99L)) })
        {
            await shop.RefusedAsync(
                stranger, role == Role.Client ? shop.OtherClientInFrench : shop.OtherSupplierInFrench, party => party.SendAsync(asked),
                StatusCode.NotFound, "ORDER_NOT_FOUND", $"there is no order {order.Id}", $"la commande {order.Id} n'existe pas");
        }

        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
        Assert.Equal(order.Revision + 1, (await shop.Of(role).SendAsync(request)).Order.Revision);
    }

    [Fact]
    public async Task Reading_an_unknown_order_or_somebody_elses_is_not_found_for_both_roles()
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        foreach (var (english, french, id) in new[]
        {
            (shop.Client, shop.ClientInFrench, 999_999L),
            (shop.OtherClient, shop.OtherClientInFrench, order.Id),
            (shop.OtherSupplier, shop.OtherSupplierInFrench, order.Id),
        })
        {
            foreach (var read in Reads(id))
            {
                await shop.RefusedAsync(
                    english, french, read, StatusCode.NotFound, "ORDER_NOT_FOUND", $"there is no order {id}", $"la commande {id} n'existe pas");
            }
        }
    }

    [Fact]
    public async Task A_read_names_an_order_above_0()
    {
        foreach (var read in Reads(0).Concat(Reads(-1)).SkipLast(1))
        {
            var refused = Refused.Of(await Assert.ThrowsAsync<RpcException>(() => read(shop.Client)));
            Assert.Equal((StatusCode.InvalidArgument, "INVALID_FIELD"), (refused.Code, refused.Reason));
            Assert.Single(refused.Fields);
        }
    }

    [Fact]
    public async Task A_watch_of_somebody_elses_order_among_ones_own_is_not_found_for_both_roles()
    {
        var theirs = await shop.OrderInAsync(State.Placed);
        var ofOtherClient = await shop.OtherClient.PlaceAsync();
        foreach (var (party, request) in new[]
        {
            (shop.OtherClient, new WatchOrdersRequest { OrderIds = { ofOtherClient.Id, theirs.Id } }),
            (shop.OtherSupplier, new WatchOrdersRequest { OrderIds = { theirs.Id }, Beginning = true }),
            (shop.OtherClient, new WatchOrdersRequest { OrderIds = { theirs.Id }, Snapshot = true }),
        })
        {
            using var watch = new Watch(party, request);
            var refused = Refused.Of(await watch.ErrorAsync());
            Assert.Equal((StatusCode.NotFound, "ORDER_NOT_FOUND", theirs.Id.Text()), (refused.Code, refused.Reason, refused.Metadata["order_id"]));
        }
    }

    [Fact]
    public async Task A_watch_of_everything_tells_a_stranger_nothing()
    {
        await shop.OrderInAsync(State.QuoteSent);
        using var stranger = shop.Server.Other(Role.Supplier, "stranger");
        using var watch = new Watch(stranger, new WatchOrdersRequest { Beginning = true });
        var only = await watch.NextAsync();
        Assert.Equal(WatchOrdersResponse.MessageOneofCase.CaughtUp, only.MessageCase);
        Assert.Empty((await stranger.Query.ListOrdersAsync(new ListOrdersRequest())).Orders);
    }

    [Fact]
    public async Task Somebody_elses_order_cannot_be_replaced()
    {
        var cancelled = await shop.OrderInAsync(State.Cancelled);
        await shop.RefusedAsync(
            shop.OtherClient, shop.OtherClientInFrench, party => party.SendAsync(Requests.Place().With(("replaces_order_id", cancelled.Id))),
            StatusCode.NotFound, "ORDER_NOT_FOUND", $"there is no order {cancelled.Id}", $"la commande {cancelled.Id} n'existe pas");
    }

    [Fact]
    public async Task Only_an_ended_order_can_be_replaced()
    {
        var placed = await shop.OrderInAsync(State.Placed);
        await shop.RefusedAsync(
            Requests.Place().With(("replaces_order_id", placed.Id)), StatusCode.FailedPrecondition, "NOT_REPLACEABLE",
            $"order {placed.Id} is PLACED and cannot be replaced; only an order that ended without being completed can",
            $"la commande {placed.Id} est PLACED et ne peut pas être remplacée ; seule une commande terminée sans être réalisée le peut");
        var rejected = await shop.OrderInAsync(State.Rejected);
        var anew = (await shop.Client.SendAsync(Requests.Place().With(("replaces_order_id", rejected.Id)))).Order;
        Assert.Equal((State.Placed, rejected.Id), (anew.State, anew.ReplacesOrderId));
        Assert.Equal(rejected, await Shop.SeenByAsync(shop.Supplier, rejected.Id));
    }

    private static Func<Party, Task>[] Reads(long id) =>
    [
        async party => await party.Query.GetOrderAsync(new GetOrderRequest { OrderId = id }),
        async party => await party.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = id }),
        async party => await party.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = id }),
        async party => await party.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id }),
        async party => await party.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id }),
        async party => await party.Query.CheckRealizationAsync(new CheckRealizationRequest { OrderId = id }),
    ];
}
