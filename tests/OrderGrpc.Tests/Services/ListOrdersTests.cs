using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

public sealed class ListOrdersTests : IAsyncLifetime
{
    private readonly Shop shop = new();

    public ValueTask InitializeAsync() => shop.InitializeAsync();

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Orders_come_newest_first_or_oldest_first()
    {
        await PlaceAsync(5);
        Assert.Equal([5, 4, 3, 2, 1], await IdsAsync(new ListOrdersRequest()));
        Assert.Equal([1, 2, 3, 4, 5], await IdsAsync(new ListOrdersRequest { OldestFirst = true }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_have_every_order_once_and_the_last_has_no_token(bool oldestFirst)
    {
        await PlaceAsync(7);
        foreach (var size in new[] { 1, 2, 3, 6, 7, 8 })
        {
            var pages = await PagesAsync(new ListOrdersRequest { PageSize = size, OldestFirst = oldestFirst });
            Assert.Equal(oldestFirst ? [1, 2, 3, 4, 5, 6, 7] : [7, 6, 5, 4, 3, 2, 1], pages.SelectMany(p => p));
            Assert.All(pages.SkipLast(1), page => Assert.Equal(size, page.Count));
            Assert.Equal((7 + size - 1) / size, pages.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_have_no_gap_and_no_double_while_orders_are_placed_and_moved_on(bool oldestFirst)
    {
        await PlaceAsync(40);
        using var done = new CancellationTokenSource();
        var placing = Task.Run(async () =>
        {
            var placed = 0;
            while (!done.IsCancellationRequested)
            {
                var id = (await shop.Client.PlaceAsync()).Id;
                await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = (id % 40) + 1 }).ContinueWith(_ => { }, TaskScheduler.Default);
                placed++;
            }

            return placed;
        });
        for (var round = 0; round < 5; round++)
        {
            var ids = (await PagesAsync(new ListOrdersRequest { PageSize = 7, OldestFirst = oldestFirst })).SelectMany(p => p).ToList();
            Assert.Equal(Enumerable.Range(1, ids.Count).Select(i => (long)i), ids.Order());
            Assert.Equal(oldestFirst ? ids.Order() : ids.OrderDescending(), ids);
            Assert.True(ids.Count >= 40);
        }

        await done.CancelAsync();
        Assert.True(await placing > 0);
    }

    [Fact]
    public async Task A_page_has_50_orders_unless_asked_and_at_most_500()
    {
        await PlaceAsync(505);
        Assert.Equal(50, (await IdsAsync(new ListOrdersRequest())).Count);
        Assert.Equal(500, (await IdsAsync(new ListOrdersRequest { PageSize = 500 })).Count);
        foreach (var size in new[] { -1, 501, int.MinValue, int.MaxValue })
        {
            await shop.RefusedAsync(
                shop.Client, shop.ClientInFrench, async party => await party.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = size }),
                StatusCode.InvalidArgument, "INVALID_FIELD", "page_size: is not from 0 to 500", "page_size: n'est pas compris entre 0 et 500");
        }
    }

    [Fact]
    public async Task States_and_turns_filter_alone_and_together()
    {
        var placed = (await shop.OrderInAsync(State.Placed)).Id;
        var sent = (await shop.OrderInAsync(State.QuoteSent)).Id;
        var realized = (await shop.OrderInAsync(State.Realized)).Id;
        var completed = (await shop.OrderInAsync(State.Completed)).Id;
        Assert.Equal([placed], await IdsAsync(new ListOrdersRequest { States = { State.Placed } }));
        Assert.Equal([completed, sent], await IdsAsync(new ListOrdersRequest { States = { State.QuoteSent, State.Completed, State.QuoteSent } }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { States = { State.Rejected } }));
        Assert.Equal([realized, sent], await IdsAsync(new ListOrdersRequest { WaitingOn = WaitingOn.Client }));
        Assert.Equal([placed], await IdsAsync(new ListOrdersRequest { WaitingOn = WaitingOn.Supplier }));
        Assert.Equal([completed], await IdsAsync(new ListOrdersRequest { WaitingOn = WaitingOn.Nobody }));
        Assert.Equal([realized], await IdsAsync(new ListOrdersRequest { WaitingOn = WaitingOn.Client, States = { State.Realized, State.Placed } }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { WaitingOn = WaitingOn.Client, States = { State.Placed } }));
    }

    [Fact]
    public async Task Client_and_reference_filter_exactly_alone_and_together()
    {
        await shop.Client.SendAsync(Requests.Place().With(("client_reference", "R-1")));
        await shop.Client.SendAsync(Requests.Place().With(("client_reference", "R-2")));
        await shop.OtherClient.SendAsync(Requests.Place().With(("client_reference", "R-1")));
        await shop.Client.SendAsync(Requests.Place());
        Assert.Equal([3, 1], await IdsAsync(new ListOrdersRequest { ClientReference = "R-1" }, shop.Supplier));
        Assert.Equal([1], await IdsAsync(new ListOrdersRequest { ClientReference = "R-1" }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { ClientReference = "r-1" }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { ClientReference = "R-" }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { ClientReference = "' OR 1=1 --" }));
        Assert.Equal([4, 2, 1], await IdsAsync(new ListOrdersRequest { Client = "client" }, shop.Supplier));
        Assert.Equal([3], await IdsAsync(new ListOrdersRequest { Client = "other" }, shop.Supplier));
        Assert.Equal([3], await IdsAsync(new ListOrdersRequest { Client = "other", ClientReference = "R-1", States = { State.Placed } }, shop.Supplier));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { Client = "other", ClientReference = "R-2" }, shop.Supplier));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { Client = "other" }));
        Assert.Equal([4, 2, 1], await IdsAsync(new ListOrdersRequest { Client = "client" }));
    }

    [Fact]
    public async Task Times_filter_from_inclusive_to_exclusive()
    {
        var start = shop.Server.Time.GetUtcNow();
        for (var i = 0; i < 4; i++)
        {
            await shop.Client.PlaceAsync();
            shop.Server.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = 1 }); // at minute 4
        Timestamp At(double minutes) => Timestamp.FromDateTimeOffset(start.AddMinutes(minutes));
        Assert.Equal([4, 3, 2], await IdsAsync(new ListOrdersRequest { PlacedFrom = At(1) }));
        Assert.Equal([1], await IdsAsync(new ListOrdersRequest { PlacedBefore = At(1) }));
        Assert.Equal([3, 2], await IdsAsync(new ListOrdersRequest { PlacedFrom = At(1), PlacedBefore = At(3) }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { PlacedFrom = At(3), PlacedBefore = At(1) }));
        Assert.Equal([4, 1], await IdsAsync(new ListOrdersRequest { UpdatedFrom = At(3) }));
        Assert.Equal([3, 2], await IdsAsync(new ListOrdersRequest { UpdatedBefore = At(3) }));
        Assert.Equal([1], await IdsAsync(new ListOrdersRequest { PlacedBefore = At(1), UpdatedFrom = At(4), States = { State.Approved }, WaitingOn = WaitingOn.Supplier }));
        Assert.Equal([4, 3, 2, 1], await IdsAsync(new ListOrdersRequest { PlacedFrom = new Timestamp { Seconds = -62135596800 }, PlacedBefore = new Timestamp { Seconds = 253402300799 } }));
    }

    [Fact]
    public async Task A_time_is_exact_to_less_than_a_microsecond()
    {
        var order = await shop.Client.PlaceAsync();
        var later = order.PlaceTime.Clone();
        later.Nanos += 100;
        Assert.Empty(await IdsAsync(new ListOrdersRequest { PlacedFrom = later }));
        Assert.Equal([1], await IdsAsync(new ListOrdersRequest { PlacedBefore = later }));
        Assert.Equal([1], await IdsAsync(new ListOrdersRequest { PlacedFrom = order.PlaceTime }));
        Assert.Empty(await IdsAsync(new ListOrdersRequest { PlacedBefore = order.PlaceTime }));
    }

    [Fact]
    public async Task A_filter_that_is_malformed_is_refused_by_its_field()
    {
        Assert.SkipWhen(Party.OverHttp, "JSON cannot say such a time");
        var never = new Timestamp { Seconds = long.MaxValue };
        foreach (var (request, field, english, french) in new[]
        {
            (new ListOrdersRequest { States = { State.Unspecified } }, "states", "is not one of the contract", "n'est pas de ceux du contrat"),
            (new ListOrdersRequest { States = { (State)99 } }, "states", "is not one of the contract", "n'est pas de ceux du contrat"),
            (new ListOrdersRequest { States = { Enumerable.Repeat(State.Placed, 12) } }, "states", "has more than 11 entries", "a plus de 11 entrées"),
            (new ListOrdersRequest { WaitingOn = (WaitingOn)99 }, "waiting_on", "is not one of the contract", "n'est pas de ceux du contrat"),
            (new ListOrdersRequest { Client = "a b" }, "client", "is not a name of 1 to 64 letters, digits, '.', '_', '@' or '-'", "n'est pas un nom de 1 à 64 lettres, chiffres, '.', '_', '@' ou '-'"),
            (new ListOrdersRequest { ClientReference = new string('x', 101) }, "client_reference", "is longer than 100", "dépasse 100"),
            (new ListOrdersRequest { PlacedFrom = never }, "placed_from", "is not a time from the year 1 to 9999", "n'est pas une date entre les années 1 et 9999"),
            (new ListOrdersRequest { PlacedBefore = never }, "placed_before", "is not a time from the year 1 to 9999", "n'est pas une date entre les années 1 et 9999"),
            (new ListOrdersRequest { UpdatedFrom = never }, "updated_from", "is not a time from the year 1 to 9999", "n'est pas une date entre les années 1 et 9999"),
            (new ListOrdersRequest { UpdatedBefore = never }, "updated_before", "is not a time from the year 1 to 9999", "n'est pas une date entre les années 1 et 9999"),
        })
        {
            var refused = await shop.RefusedAsync(
                shop.Client, shop.ClientInFrench, async party => await party.Query.ListOrdersAsync(request),
                StatusCode.InvalidArgument, "INVALID_FIELD", $"{field}: {english}", $"{field}: {french}");
            Assert.Equal([field], refused.Fields);
        }
    }

    [Fact]
    public async Task Each_party_sees_its_own_orders_and_clients_no_drafts()
    {
        var drafted = (await shop.OrderInAsync(State.QuoteDrafted)).Id;
        await shop.OtherClient.PlaceAsync();
        await shop.Client.SendAsync(Requests.Place().With(("supplier", "other")));
        Assert.Equal([3, 1], await IdsAsync(new ListOrdersRequest()));
        Assert.Equal([2], await IdsAsync(new ListOrdersRequest(), shop.OtherClient));
        Assert.Equal([2, 1], await IdsAsync(new ListOrdersRequest(), shop.Supplier));
        Assert.Equal([3], await IdsAsync(new ListOrdersRequest(), shop.OtherSupplier));
        var ofClient = (await shop.Client.Query.ListOrdersAsync(new ListOrdersRequest { OldestFirst = true })).Orders[0];
        Assert.Equal(await Shop.SeenByAsync(shop.Client, drafted), ofClient);
        Assert.Null(ofClient.Quote);
        var ofSupplier = (await shop.Supplier.Query.ListOrdersAsync(new ListOrdersRequest { OldestFirst = true })).Orders[0];
        Assert.Equal(38, ofSupplier.Quote.Total.Units);
    }

    [Fact]
    public async Task Events_come_oldest_first_page_by_page_and_without_drafts_for_the_client()
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        for (var i = 0; i < 5; i++)
        {
            await shop.Supplier.SendAsync(Requests.Draft(order.Id, 40 + i));
        }

        foreach (var size in new[] { 1, 2, 4, 9, 10, 500 })
        {
            var events = new List<OrderEvent>();
            var request = new ListOrderEventsRequest { OrderId = order.Id, PageSize = size };
            do
            {
                var page = await shop.Client.Query.ListOrderEventsAsync(request);
                events.AddRange(page.Events);
                Assert.True(page.Events.Count <= size);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            Assert.Equal(Enumerable.Range(1, 9).Select(i => (long)i), events.Select(e => e.Revision));
            Assert.All(events.Where(e => e.QuoteDrafted is not null), e => Assert.Equal((0, null), (e.QuoteDrafted.Lines.Count, e.QuoteDrafted.Total)));
        }

        var ofSupplier = (await shop.Supplier.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = order.Id })).Events;
        Assert.Equal([38, 40, 41, 42, 43, 44], ofSupplier.Where(e => e.QuoteDrafted is not null).Select(e => e.QuoteDrafted.Total.Units));
        foreach (var size in new[] { -1, 501 })
        {
            var refused = await Refused.By(shop.Client.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = order.Id, PageSize = size }));
            Assert.Equal(["page_size"], refused.Fields);
        }
    }

    [Fact]
    public async Task A_page_token_is_taken_only_for_the_list_the_filters_and_the_caller_it_was_given_for()
    {
        Assert.SkipWhen(Party.OverHttp, "a URL is no place for 100,000 letters");
        await PlaceAsync(3);
        await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = 1 });
        await shop.Supplier.SendAsync(new ApproveOrderRequest { OrderId = 2 });
        var ofOrders = (await shop.Client.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 1 })).NextPageToken;
        var ofEvents = (await shop.Client.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = 1, PageSize = 1 })).NextPageToken;
        string[] notOurs = ["x", "AAAA", "not base64 !", ofOrders[..^1], ofOrders + "A", "_" + ofOrders[1..], ofOrders[..^2] + "AA", new string('A', 100_000), ofOrders.ToUpperInvariant()];
        foreach (var token in notOurs.Append(ofEvents))
        {
            await InvalidAsync(shop.Client, shop.ClientInFrench, new ListOrdersRequest { PageToken = token });
        }

        foreach (var token in notOurs.Append(ofOrders))
        {
            await InvalidAsync(async party => await party.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = 1, PageToken = token }));
        }

        await InvalidAsync(async party => await party.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = 2, PageToken = ofEvents }));
        await InvalidAsync(shop.Supplier, shop.SupplierInFrench, new ListOrdersRequest { PageToken = ofOrders });
        await InvalidAsync(shop.OtherClient, shop.OtherClientInFrench, new ListOrdersRequest { PageToken = ofOrders });
        await InvalidAsync(shop.Client, shop.ClientInFrench, new ListOrdersRequest { PageToken = ofOrders, OldestFirst = true });
        await InvalidAsync(shop.Client, shop.ClientInFrench, new ListOrdersRequest { PageToken = ofOrders, States = { State.Placed } });
        Assert.Equal([2, 1], await IdsAsync(new ListOrdersRequest { PageToken = ofOrders, PageSize = 10 }));
    }

    private Task InvalidAsync(Func<Party, Task> call) => InvalidAsync(shop.Client, shop.ClientInFrench, call);

    private Task InvalidAsync(Party english, Party french, ListOrdersRequest request) =>
        InvalidAsync(english, french, async party => await party.Query.ListOrdersAsync(request));

    private async Task InvalidAsync(Party english, Party french, Func<Party, Task> call) => await shop.RefusedAsync(
        english, french, call, StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID",
        "page_token is not one that was given for this list and these filters; start again without it",
        "page_token n'a pas été donné pour cette liste et ces filtres ; recommencez sans lui");

    private async Task PlaceAsync(int count)
    {
        for (var placed = 0; placed < count; placed += 64)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(64, count - placed)).Select(_ => shop.Client.PlaceAsync()));
        }
    }

    private async Task<List<long>> IdsAsync(ListOrdersRequest request, Party? party = null) =>
        [.. (await (party ?? shop.Client).Query.ListOrdersAsync(request)).Orders.Select(o => o.Id)];

    private async Task<List<List<long>>> PagesAsync(ListOrdersRequest request)
    {
        var pages = new List<List<long>>();
        do
        {
            var page = await shop.Client.Query.ListOrdersAsync(request);
            pages.Add([.. page.Orders.Select(o => o.Id)]);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return pages;
    }
}
