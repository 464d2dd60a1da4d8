using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Strangers;

/// <summary>What streams and filters tell those who name somebody else.</summary>
public sealed class StreamScopeTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task Each_watcher_is_told_of_its_own_orders_and_of_no_others_in_past_and_present()
    {
        await shop.OrderInAsync(State.QuoteSent);
        await shop.OtherClient.PlaceAsync();
        (Party Party, string Name)[] parties = [(shop.Client, "client"), (shop.Supplier, "supplier"), (shop.OtherClient, "other"), (shop.OtherSupplier, "other")];
        var watches = parties.Select(party => new Watch(party.Party, new WatchOrdersRequest { Beginning = true })).ToArray();
        await shop.OrderInAsync(State.Completed);
        var elsewhere = Requests.Place();
        elsewhere.Supplier = "other";
        var others = (await shop.OtherClient.Client.PlaceOrderAsync(elsewhere)).Order;
        await shop.OtherSupplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = others.Id });
        await shop.Client.PlaceAsync("last");
        await shop.OtherSupplier.Supplier.RejectOrderAsync(new RejectOrderRequest { OrderId = await PlaceAsync(shop.OtherClient, "other") });

        for (var i = 0; i < parties.Length; i++)
        {
            var (party, name) = parties[i];
            var head = (await party.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 500 })).Orders.ToDictionary(order => order.Id);
            var told = new List<Order>();
            while (told.Count == 0 || told[^1].Id != head.Keys.Max() || told[^1].Revision != head[head.Keys.Max()].Revision)
            {
                var message = await watches[i].NextAsync();
                if (message.MessageCase == Kind.Event)
                {
                    Assert.Equal(message.Event.Order.Id, message.Event.Event.OrderId);
                    told.Add(message.Event.Order);
                }
            }

            Assert.All(told, order => Assert.Equal(name, party == shop.Client || party == shop.OtherClient ? order.Client : order.Supplier));
            Assert.Equal(head.Keys.Order(), told.Select(order => order.Id).Distinct().Order());
            watches[i].Dispose();
        }
    }

    [Fact]
    public async Task A_client_watching_is_never_told_a_draft_and_its_supplier_is()
    {
        var order = await shop.OrderInAsync(State.Approved);
        using var ofClient = new Watch(shop.Client, new WatchOrdersRequest { OrderIds = { order.Id } });
        using var ofSupplier = new Watch(shop.Supplier, new WatchOrdersRequest { OrderIds = { order.Id } });
        await ofClient.UntilAsync(Kind.CaughtUp);
        await ofSupplier.UntilAsync(Kind.CaughtUp);
        await shop.Supplier.Supplier.DraftQuoteAsync(Requests.Draft(order.Id, 4711));

        var seen = (await ofClient.NextAsync()).Event;
        Assert.Null(seen.Order.Quote);
        Assert.Equal(new QuoteDrafted { QuoteRevision = 1 }, seen.Event.QuoteDrafted);
        Assert.DoesNotContain("4711", seen.ToString(), StringComparison.Ordinal);
        Assert.Equal(4711, (await ofSupplier.NextAsync()).Event.Order.Quote.Total.Units);
    }

    [Fact]
    public async Task A_filter_that_names_somebody_else_finds_nothing()
    {
        var request = Requests.Place();
        request.ClientReference = "of-the-first";
        await shop.Client.Client.PlaceOrderAsync(request);
        foreach (var stranger in new[] { shop.OtherClient, shop.OtherSupplier })
        {
            foreach (var filter in new[]
            {
                new ListOrdersRequest { Client = "client", ClientReference = "of-the-first" },
                new ListOrdersRequest { Client = "client" },
                new ListOrdersRequest { ClientReference = "of-the-first" },
                new ListOrdersRequest { Client = "nobody-of-that-name" },
            })
            {
                var answer = await stranger.Query.ListOrdersAsync(filter);
                Assert.Equal(new ListOrdersResponse(), answer);
            }
        }
    }

    [Fact]
    public async Task The_page_token_of_another_caller_is_as_invalid_as_one_that_was_never_given()
    {
        for (var i = 0; i < 3; i++)
        {
            await shop.Client.PlaceAsync();
        }

        var token = (await shop.Client.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 1 })).NextPageToken;
        var taken = await Refused.By(shop.OtherClient.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 1, PageToken = token }));
        var made = await Refused.By(shop.OtherClient.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 1, PageToken = "AAAA" }));
        Assert.Equal((StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID", made.Message), (taken.Code, taken.Reason, taken.Message));
    }

    [Fact]
    public async Task A_request_id_of_another_caller_is_free()
    {
        await shop.Client.PlaceAsync("first", "same");
        var other = await shop.OtherClient.PlaceAsync("second", "same");
        Assert.Equal(("other", "second"), (other.Client, other.Lines[0].Description));
    }

    private static async Task<long> PlaceAsync(Party party, string supplier)
    {
        var request = Requests.Place();
        request.Supplier = supplier;
        return (await party.Client.PlaceOrderAsync(request)).Order.Id;
    }
}
