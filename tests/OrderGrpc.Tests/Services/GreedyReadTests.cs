using Grpc.Core;
using OrderGrpc.Server;
using OrderGrpc.Server.Storage;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Storage;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>What a read costs is its caller's, and nobody else's.</summary>
public sealed class GreedyReadTests
{
    private const int Orders = 5000; // more than a slice looks at

    [Fact]
    public async Task A_list_that_matches_nothing_waits_for_what_it_costs_ends_at_its_deadline_and_holds_nobody_up()
    {
        await using var server = await StartAsync();
        using var client = server.Client();
        using var supplier = server.Supplier();
        var nothing = new ListOrdersRequest { Client = "nobody" };
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await supplier.Query.ListOrdersAsync(nothing, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1)));
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        Assert.Equal("RATE_LIMITED", (await Refused.By(supplier.Query.ListOrdersAsync(nothing))).Reason); // it is in debt
        Assert.Equal(1, (await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 })).Order.Id);
    }

    [Fact]
    public async Task A_watch_of_the_past_pays_for_what_it_reads_though_nothing_matches_and_is_told_that_it_lives()
    {
        await using var server = await StartAsync();
        using var client = server.Client();
        using var supplier = server.Supplier();
        using var watch = new Watch(supplier, new WatchOrdersRequest { Beginning = true, States = { State.Completed } });
        var next = watch.NextAsync();
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(1, (await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 })).Order.Id);
        }

        Assert.False(next.IsCompleted); // in debt, for as long as the clock stands
        while (!next.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 });
        }

        Assert.Contains((await next).MessageCase, new[] { Kind.Heartbeat, Kind.CaughtUp });
    }

    [Fact]
    public async Task What_a_watch_has_read_is_sent_before_it_waits_for_its_next_turn()
    {
        await using var server = await StartAsync(perSecond: 1);
        using var supplier = server.Supplier();
        using var watch = new Watch(supplier, new WatchOrdersRequest { Beginning = true });
        Assert.Equal(StoreLimits.RowsPerSlice, (await watch.EventsAsync(StoreLimits.RowsPerSlice))[^1].Position); // the clock stands
    }

    [Fact]
    public async Task A_snapshot_that_waits_for_its_turn_is_told_that_it_lives()
    {
        await using var server = await StartAsync(perSecond: 1, new ServerLimits { Calls = new() { RowsPerRequest = 5 } });
        using var client = server.Client();
        using var supplier = server.Supplier();
        using var watch = new Watch(supplier, new WatchOrdersRequest { Snapshot = true });
        WatchOrdersResponse told;
        do
        {
            var next = watch.NextAsync();
            while (!next.IsCompleted)
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 });
            }

            told = await next;
        }
        while (told.MessageCase == Kind.SnapshotOrder);
        Assert.Equal((Kind.Heartbeat, Orders), (told.MessageCase, told.Position)); // between two slices
    }

    [Fact]
    public async Task Watches_are_counted_before_anything_is_read_for_them()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxWatchesPerCaller = 1);
        using var client = server.Client();
        using var first = new Watch(client, new WatchOrdersRequest());
        await first.NextAsync();
        using var second = new Watch(client, new WatchOrdersRequest { OrderIds = { 7 } }); // which is not there
        Assert.Equal("TOO_MANY_WATCHES", await second.RefusalAsync());
    }

    private static Task<TestServer> StartAsync(int perSecond = 20, ServerLimits? limits = null) => TestServer.StartAsync(options =>
    {
        options.MaxRequestsPerSecond = perSecond;
        StoredOrders.FillAsync(options, Orders).GetAwaiter().GetResult();
    }, limits);
}
