using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

public sealed class RequestIdTests : IAsyncLifetime
{
    private const string Reused = "request_id was used for another request; make a new one for each request";
    private const string Reutilise = "request_id a servi pour une autre requête ; faites-en un nouveau pour chaque requête";

    private readonly Shop shop = new();

    public static TheoryData<Role, Command> Commands => [.. ProcessTable.Commands.Select(c => (c.Role, c.Command))];

    public ValueTask InitializeAsync() => shop.InitializeAsync();

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task A_repeated_PlaceOrder_gets_its_first_answer_and_places_nothing()
    {
        var first = await shop.Client.SendAsync(Requests.Place(requestId: "once"));
        Assert.Equal(first, await shop.Client.SendAsync(Requests.Place(requestId: "once")));
        await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = first.Order.Id });
        await shop.Client.SendAsync(new CancelOrderRequest { OrderId = first.Order.Id });
        Assert.Equal(first, await shop.Client.SendAsync(Requests.Place(requestId: "once")));
        Assert.Equal(3, await shop.HeadAsync());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_repeated_command_gets_its_first_answer_also_when_the_order_has_moved_on(Role role, Command command)
    {
        var step = ProcessTable.Allowed.First(s => (s.Role, s.Command) == (role, command));
        var order = await shop.OrderInAsync(step.From);
        var request = ProcessTable.Request(role, command, order).With(("request_id", "once"), ("expected_revision", order.Revision));
        var first = await shop.Of(role).SendAsync(request);
        foreach (var next in ProcessTable.Allowed.Where(s => s.From == step.To).Take(1))
        {
            var seen = await Shop.SeenByAsync(shop.Supplier, order.Id);
            await shop.Of(next.Role).SendAsync(ProcessTable.Request(next.Role, next.Command, seen));
        }

        var head = await shop.HeadAsync();
        Assert.Equal(first, await shop.Of(role).SendAsync(request));
        Assert.Equal(head, await shop.HeadAsync());
    }

    [Fact]
    public async Task A_draft_repeated_after_its_valid_until_still_gets_its_first_answer()
    {
        var order = await shop.OrderInAsync(State.Approved);
        var draft = Requests.Draft(order.Id).With(
            ("request_id", "once"), ("valid_until", Timestamp.FromDateTimeOffset(shop.Server.Time.GetUtcNow().AddHours(1))));
        var first = await shop.Supplier.SendAsync(draft);
        shop.Server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(first, await shop.Supplier.SendAsync(draft));
    }

    [Fact]
    public async Task An_id_used_with_other_content_is_refused_and_changes_nothing()
    {
        var order = await shop.Client.PlaceAsync("Garden fence", "once");
        IOrderCommand[] others =
        [
            Requests.Place("Gate", "once"),
            Requests.Place(requestId: "once").With(("note", "quickly")),
            Requests.Place(requestId: "once").With(("supplier", "smith")),
            new CancelOrderRequest { OrderId = order.Id, RequestId = "once" },
        ];
        foreach (var other in others)
        {
            var refused = await shop.RefusedAsync(other, StatusCode.AlreadyExists, "REQUEST_ID_REUSED", Reused, Reutilise);
            Assert.Equal("once", refused.Metadata["request_id"]);
        }

        Assert.Equal(order, await Shop.SeenByAsync(shop.Client, order.Id));
    }

    [Fact]
    public async Task A_draft_whose_price_changed_is_another_request()
    {
        var order = await shop.OrderInAsync(State.Approved);
        await shop.Supplier.SendAsync(Requests.Draft(order.Id, 38).With(("request_id", "once")));
        await shop.RefusedAsync(Requests.Draft(order.Id, 39).With(("request_id", "once")), StatusCode.AlreadyExists, "REQUEST_ID_REUSED", Reused, Reutilise);
    }

    [Fact]
    public async Task A_repeated_order_without_a_supplier_gets_its_first_answer_also_when_the_default_has_changed()
    {
        Server.ServerOptions? settings = null;
        await using var server = await TestServer.StartAsync(options => settings = options);
        using var client = server.Client();
        var first = await client.SendAsync(Requests.Place(requestId: "once"));
        settings!.DefaultSupplier = "smith";
        Assert.Equal(first, await client.SendAsync(Requests.Place(requestId: "once")));
        Assert.Equal("smith", (await client.SendAsync(Requests.Place())).Order.Supplier);
    }

    [Fact]
    public async Task Each_caller_has_ids_of_its_own()
    {
        var mine = await shop.Client.PlaceAsync("mine", "once");
        var theirs = await shop.OtherClient.PlaceAsync("theirs", "once");
        Assert.NotEqual(mine.Id, theirs.Id);
        var approved = await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = mine.Id, RequestId = "once" });
        Assert.Equal(State.Approved, approved.Order.State);
        using var supplierOfTheSameName = shop.Server.Other(Role.Supplier, "client");
        await shop.Client.SendAsync(Requests.Place().With(("supplier", "client")));
        Assert.Equal(State.Approved, (await supplierOfTheSameName.SendAsync(new ApproveOrderRequest { OrderId = 3, RequestId = "once" })).Order.State);
    }

    [Fact]
    public async Task Without_an_id_the_same_request_twice_is_done_twice()
    {
        Assert.Equal(1, (await shop.Client.PlaceAsync()).Id);
        Assert.Equal(2, (await shop.Client.PlaceAsync()).Id);
    }

    [Fact]
    public async Task A_request_that_was_refused_leaves_its_id_free()
    {
        var order = await shop.Client.PlaceAsync();
        var draft = Requests.Draft(order.Id).With(("request_id", "once"));
        Assert.Equal("WRONG_STATE", Refused.Of(await Assert.ThrowsAsync<RpcException>(() => shop.Supplier.SendAsync(draft))).Reason);
        await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = order.Id });
        Assert.Equal(State.QuoteDrafted, (await shop.Supplier.SendAsync(draft)).Order.State);
    }

    [Fact]
    public async Task Many_at_once_with_one_id_are_done_once_and_all_get_the_same_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.Client.SendAsync(Requests.Place(requestId: "once"))));
        Assert.Single(answers.Distinct());
        Assert.Equal(1, await shop.HeadAsync());
    }

    [Fact]
    public async Task A_client_sees_no_draft_in_a_repeated_answer_either()
    {
        // The order is drafted again between the two; the first answer says what it said.
        var order = await shop.OrderInAsync(State.QuoteSent);
        var asking = new RequestQuoteRevisionRequest { OrderId = order.Id, RequestId = "once" };
        var first = await shop.Client.SendAsync(asking);
        await shop.Supplier.SendAsync(Requests.Draft(order.Id, 99));
        var again = await shop.Client.SendAsync(asking);
        Assert.Equal(first, again);
        Assert.Equal(38, again.Order.Quote.Total.Units);
    }
}
