using Grpc.Core;
using OrderGrpc.Server.Subscriptions;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Subscriptions;

public sealed class WatchTests : IAsyncLifetime
{
    private static readonly WatchLimits Limits = new() { RingEntries = 64 };

    private TestServer server = null!;
    private Party client = null!;
    private Party supplier = null!;

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync(limits: new ServerLimits { Watches = Limits });
        client = server.Client();
        supplier = server.Supplier();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        supplier.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_start_it_tells_what_comes_and_caught_up_first()
    {
        var before = await client.PlaceAsync();
        using var watch = new Watch(client, new WatchOrdersRequest());
        var first = await watch.NextAsync();
        Assert.Equal(Kind.CaughtUp, first.MessageCase);
        Assert.Equal(before.Revision, first.Position);
        var placed = await client.PlaceAsync();
        var told = await watch.NextAsync();
        Assert.Equal(Kind.Event, told.MessageCase);
        Assert.Equal(2, told.Position);
        Assert.Equal(2, told.Event.Event.Position);
        Assert.Equal(placed, told.Event.Order);
    }

    [Fact]
    public async Task From_the_beginning_it_tells_the_past_then_caught_up_then_what_comes()
    {
        await client.PlaceAsync();
        await client.PlaceAsync();
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        var past = await watch.UntilAsync(Kind.CaughtUp);
        Assert.Equal([1, 2, 2], past.Select(m => m.Position));
        await client.PlaceAsync();
        Assert.Equal(3, (await watch.NextAsync()).Event.Event.Position);
    }

    [Fact]
    public async Task After_a_position_it_tells_only_what_is_after_it()
    {
        for (var i = 0; i < 5; i++)
        {
            await client.PlaceAsync();
        }

        using var watch = new Watch(client, new WatchOrdersRequest { AfterPosition = 3 });
        Assert.Equal([4, 5, 5], (await watch.UntilAsync(Kind.CaughtUp)).Select(m => m.Position));
    }

    [Fact]
    public async Task Caught_up_comes_also_where_nothing_matches()
    {
        await client.PlaceAsync();
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true, States = { State.Completed } });
        var only = await watch.NextAsync();
        Assert.Equal(Kind.CaughtUp, only.MessageCase);
        Assert.Equal(1, only.Position);
    }

    [Fact]
    public async Task A_snapshot_tells_the_orders_as_they_are_then_caught_up_then_what_comes()
    {
        var first = await client.PlaceAsync("one");
        var second = await client.PlaceAsync("two");
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = first.Id });
        using var watch = new Watch(client, new WatchOrdersRequest { Snapshot = true });
        var snapshot = await watch.UntilAsync(Kind.CaughtUp);
        Assert.Equal([Kind.SnapshotOrder, Kind.SnapshotOrder, Kind.CaughtUp], snapshot.Select(m => m.MessageCase));
        Assert.All(snapshot, m => Assert.Equal(3, m.Position));
        Assert.Equal((first.Id, State.Approved), (snapshot[0].SnapshotOrder.Id, snapshot[0].SnapshotOrder.State));
        Assert.Equal(second, snapshot[1].SnapshotOrder);
        await client.PlaceAsync();
        Assert.Equal(4, (await watch.NextAsync()).Position);
    }

    [Fact]
    public async Task A_snapshot_of_states_has_only_orders_in_them()
    {
        var first = await client.PlaceAsync();
        await client.PlaceAsync();
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = first.Id });
        using var watch = new Watch(supplier, new WatchOrdersRequest { Snapshot = true, States = { State.Approved } });
        Assert.Equal([first.Id], (await watch.UntilAsync(Kind.CaughtUp)).SkipLast(1).Select(m => m.SnapshotOrder.Id));
    }

    [Fact]
    public async Task Of_some_orders_it_tells_their_events_only()
    {
        var first = await client.PlaceAsync();
        var second = await client.PlaceAsync();
        using var watch = new Watch(supplier, new WatchOrdersRequest { OrderIds = { second.Id }, Beginning = true });
        await watch.UntilAsync(Kind.CaughtUp);
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = first.Id });
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = second.Id });
        var told = await watch.NextAsync();
        Assert.Equal((4, second.Id), (told.Position, told.Event.Order.Id));
    }

    [Fact]
    public async Task A_client_is_told_of_a_draft_but_not_what_it_says()
    {
        var order = await client.PlaceAsync();
        await supplier.Supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = order.Id });
        using var forClient = new Watch(client, new WatchOrdersRequest { AfterPosition = 2 });
        using var forSupplier = new Watch(supplier, new WatchOrdersRequest { AfterPosition = 2 });
        await supplier.Supplier.DraftQuoteAsync(Requests.Draft(order.Id));
        await supplier.Supplier.ApproveQuoteAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id });
        var drafted = (await forClient.UntilAsync(Kind.Event))[^1].Event;
        Assert.Equal(new QuoteDrafted { QuoteRevision = 1 }, drafted.Event.QuoteDrafted);
        Assert.Null(drafted.Order.Quote);
        Assert.Equal(38, (await forClient.UntilAsync(Kind.Event))[^1].Event.Order.Quote.Total.Units);
        Assert.Equal(38, (await forSupplier.UntilAsync(Kind.Event))[^1].Event.Event.QuoteDrafted.Total.Units);
    }

    [Fact]
    public async Task A_heartbeat_comes_every_15_seconds_and_moves_the_position_of_a_quiet_filter()
    {
        var mine = await client.PlaceAsync();
        using var watch = new Watch(client, new WatchOrdersRequest { OrderIds = { mine.Id } });
        Assert.Equal(1, (await watch.NextAsync()).Position);
        await client.PlaceAsync();
        await client.PlaceAsync();
        for (var position = 1L; position < 3;)
        {
            // One may come while the tail has not yet read all: it tells what was passed over by then, and never goes back.
            await AdvanceUntilAsync(watch.NextAsync(), heartbeat =>
            {
                Assert.Equal(Kind.Heartbeat, heartbeat.MessageCase);
                Assert.InRange(heartbeat.Position, position, 3);
                position = heartbeat.Position;
            });
        }
    }

    [Fact]
    public async Task A_position_ahead_of_the_log_is_out_of_range_and_not_told_where_the_log_ends()
    {
        await client.PlaceAsync();
        using var watch = new Watch(client, new WatchOrdersRequest { AfterPosition = 2 });
        var refused = Refused.Of(await watch.ErrorAsync());
        Assert.Equal((StatusCode.OutOfRange, "POSITION_AHEAD"), (refused.Code, refused.Reason));
        Assert.Equal(["after_position"], refused.Metadata.Keys); // and not where the log ends
    }

    [Fact]
    public async Task An_order_that_is_not_there_is_not_found()
    {
        using var watch = new Watch(client, new WatchOrdersRequest { OrderIds = { 7 } });
        Assert.Equal((StatusCode.NotFound, "ORDER_NOT_FOUND"), (await watch.ErrorAsync()) is var e ? (e.StatusCode, Refused.Of(e).Reason) : default);
    }

    [Fact]
    public async Task A_snapshot_with_a_past_is_refused()
    {
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true, Snapshot = true });
        Assert.Equal(["snapshot"], Refused.Of(await watch.ErrorAsync()).Fields);
    }

    [Fact]
    public async Task A_stopping_server_ends_the_stream_with_unavailable()
    {
        using var watch = new Watch(client, new WatchOrdersRequest());
        await watch.NextAsync();
        var stopping = server.StopAsync();
        var refused = Refused.Of(await watch.ErrorAsync());
        Assert.Equal((StatusCode.Unavailable, "SHUTTING_DOWN"), (refused.Code, refused.Reason));
        await stopping;
    }

    [Fact]
    public async Task A_reader_that_fell_behind_the_ring_misses_nothing_and_is_told_when_it_has_caught_up()
    {
        Assert.SkipWhen(Party.OverHttp, "the sockets hold as much; Http/WatchOverHttpTests has it with small ones");
        var events = 10 * Limits.RingEntries;
        using var watch = new Watch(client, new WatchOrdersRequest());
        await watch.NextAsync();
        var note = new string('x', 2000); // more than the stream's window holds, so that the reader stalls
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (var i = 0; i < events / 16; i++)
            {
                var request = Requests.Place();
                request.Note = note;
                await client.Client.PlaceOrderAsync(request);
            }
        }));
        var told = await watch.UntilAsync(Kind.CaughtUp);
        Assert.Equal(Enumerable.Range(1, told.Count - 1).Select(i => (long)i), told.SkipLast(1).Select(m => m.Event.Event.Position));
        Assert.True(told[^1].Position > Limits.RingEntries);
    }

    // The clock moves on only while nothing has come: no test waits for real seconds.
    private async Task AdvanceUntilAsync(Task<WatchOrdersResponse> next, Action<WatchOrdersResponse> check)
    {
        while (!next.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        check(await next);
    }
}
