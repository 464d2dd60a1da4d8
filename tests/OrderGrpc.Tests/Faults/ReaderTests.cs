using System.Diagnostics;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

/// <summary>Readers that are slow, or gone without a word: each misses nothing, and costs nobody anything.</summary>
public sealed class ReaderTests : IDisposable
{
    private const int Connections = 8;
    private const int Kibibytes = 48;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_watcher_that_never_reads_holds_up_neither_writers_nor_the_others()
    {
        var (watchers, orders) = FaultPlan.IsLong ? (1000, 2000) : (200, 300);
        await using var server = await StartAsync();
        using var client = server.Client();
        var others = Enumerable.Range(0, Connections).Select(_ => server.Supplier()).ToList();
        var watches = Enumerable.Range(0, watchers - 1).Select(i => new Watch(others[i % Connections], new WatchOrdersRequest { Beginning = true })).ToList();
        await EachHasAsync(watches, 0, await Orders.PlaceAsync(client, orders)); // warm
        var before = await RateAsync(orders, first: orders);
        using var slow = server.Supplier();
        using var stalled = new Watch(slow, new WatchOrdersRequest { Beginning = true });
        var with = await RateAsync(orders, first: 2 * orders);
        FaultPlan.Print($"{watchers - 1} watchers had all of {3 * orders} events; writers {before:F0}/s before and {with:F0}/s with one that never reads");

        // And it has them all when it reads at last.
        Assert.Equal(Numbers(0, 3 * orders), (await stalled.EventsAsync(3 * orders)).Select(happened => happened.Position));
        watches.ForEach(watch => watch.Dispose());
        others.ForEach(party => party.Dispose());

        async Task<double> RateAsync(int count, int first)
        {
            var clock = Stopwatch.StartNew();
            await EachHasAsync(watches, first, await Orders.PlaceAsync(client, count));
            return count / clock.Elapsed.TotalSeconds;
        }
    }

    [Fact]
    public async Task What_watchers_have_not_read_takes_no_memory_of_the_server()
    {
        // In the short form they miss more in all than the server's heap may hold, in the long one each does.
        const int heap = 384 << 20;
        var (stalled, orders) = FaultPlan.IsLong ? (100, 5000) : (25, 200);
        var environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"{heap:x}" };
        await using var server = await ServerProcess.StartAsync(folder, null, environment, "--max-requests-per-second", "0");
        using var client = server.Client();
        await Orders.PlaceAsync(client, orders, Kibibytes); // what caches and ring take, they have then
        var before = Megabytes();
        var watches = Enumerable.Range(0, stalled).Select(_ => new SlowWatch(server)).ToList();
        await Task.WhenAll(watches.Select(slow => slow.Watch.NextAsync()));
        await Orders.PlaceAsync(client, orders, Kibibytes);
        var (grown, behind) = (Megabytes() - before, (long)stalled * orders * 2 * Kibibytes >> 10);
        FaultPlan.Print($"{stalled} watchers are behind by {behind} MiB in all, and the server has grown by {grown} MiB, from {before} MiB");
        Assert.True(grown < behind / 4, $"the server grew by {grown} MiB");
        Assert.True(behind << 20 > heap);

        // Each goes on where it was.
        Assert.All(await Task.WhenAll(watches.Select(slow => slow.Watch.EventsAsync(3))), told => Assert.Equal(Numbers(orders, 3), told.Select(happened => happened.Position)));
        watches.ForEach(slow => slow.Dispose());

        long Megabytes()
        {
            using var process = Process.GetProcessById(server.Id);
            return process.WorkingSet64 >> 20;
        }
    }

    [Fact]
    public async Task Watches_of_the_past_that_nobody_reads_keep_nothing_of_its_rows()
    {
        // Each is held up within one order; what all of them would keep of it is more than the heap may hold.
        const int heap = 128 << 20;
        const int watchers = 1000;
        var environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"{heap:x}" };
        int bytes;
        var large = Requests.Place();
        large.Lines.Add(Enumerable.Repeat(new OrderLine { Description = new string('木', 500), Quantity = "1" }, 99));
        await using (var first = await StartAsync())
        {
            using var placing = first.Client();
            bytes = (await placing.Client.PlaceOrderAsync(large)).Order.CalculateSize();
        }

        // Not in the ring of those that were committed since the start, which all watches share.
        await using var server = await ServerProcess.StartAsync(folder, null, environment, "--max-requests-per-second", "0");
        using var client = server.Client();
        var readers = Enumerable.Range(0, 1 + (watchers / 80)).Select(_ => server.Supplier()).ToList();
        var watches = Enumerable.Range(0, watchers).Select(i => new Watch(readers[i / 80], new WatchOrdersRequest { Beginning = true })).ToList();
        await Task.WhenAll(watches.Select(watch => watch.BegunAsync()));
        await Orders.PlaceAsync(client, 20);
        using (var process = Process.GetProcessById(server.Id))
        {
            FaultPlan.Print($"{watchers} watches are held up in an order of {bytes >> 10} KiB, and the server has {process.WorkingSet64 >> 20} MiB");
        }

        // Each goes on where it was.
        Assert.Equal(1, (await watches[0].EventsAsync(1))[0].Position);
        watches.ForEach(watch => watch.Dispose());
        readers.ForEach(party => party.Dispose());
    }

    [Fact]
    public async Task A_reader_that_comes_back_late_gets_exactly_what_it_missed_and_then_what_comes()
    {
        var missed = FaultPlan.IsLong ? 100_000 : 5_000; // more than the ring has
        Assert.True(missed > ServerLimits.Default.Watches.RingEntries);
        await using var server = await StartAsync();
        using var client = server.Client();
        using var supplier = server.Supplier();
        await Orders.PlaceAsync(client, 10);
        long position;
        using (var first = new Watch(supplier, new WatchOrdersRequest { Beginning = true }))
        {
            position = (await first.EventsAsync(7))[^1].Position;
        }

        await Orders.PlaceAsync(client, missed);
        using var back = new Watch(supplier, new WatchOrdersRequest { AfterPosition = position });
        var live = Orders.PlaceAsync(client, missed / 10); // while it reads, and after
        var told = await back.EventsAsync(3 + missed + (missed / 10));
        Assert.Equal(Numbers(position, told.Count), told.Select(happened => happened.Position));
        Assert.Equal(10 + missed + (missed / 10), await live);
        await Orders.PlaceAsync(client, 1);
        Assert.Equal(told.Count + position + 1, (await back.EventsAsync(1))[0].Position);
    }

    [Fact]
    public async Task Watchers_whose_connection_is_dead_are_dropped_and_nobody_else_is_affected()
    {
        Assert.SkipUnless(FaultPlan.IsLong, "takes as long as the server waits for an answer to its ping: only in the long form");
        const int most = 5;
        await using var server = await StartAsync(most);
        using var client = server.Client();
        using var relay = new DeafRelay(server.Address);
        using var gone = new Party(relay.Address, server.Token("supplier"));
        using var here = server.Supplier();
        var dead = Enumerable.Range(0, most).Select(_ => new Watch(gone, new WatchOrdersRequest { Beginning = true })).ToList();
        await Task.WhenAll(dead.Select(watch => watch.NextAsync()));
        using var other = new Watch(client, new WatchOrdersRequest { Beginning = true });
        relay.GoDeaf();
        var clock = Stopwatch.StartNew();
        var (placed, refused) = (0L, 0);
        while (true)
        {
            placed = await Orders.PlaceAsync(client, 500);
            await EachHasAsync([other], placed - 500, placed);
            using var again = new Watch(here, new WatchOrdersRequest { AfterPosition = placed });
            if (await again.RefusalAsync() is not { } reason)
            {
                break; // the caller has room again: the dead ones were dropped
            }

            Assert.Equal("TOO_MANY_WATCHES", reason);
            Assert.True(clock.Elapsed < ServerLimits.Default.Connections.PingDelay + ServerLimits.Default.Connections.PingTimeout + Deadlines.Patience, "the dead watches are still there");
            refused++;
        }

        Assert.True(refused > 0);
        FaultPlan.Print($"{most} dead watchers were dropped after {clock.Elapsed.TotalSeconds:F0} s, in which {placed} orders were placed and watched");
        dead.ForEach(watch => watch.Dispose());
    }

    private Task<ServerProcess> StartAsync(int watchesPerCaller = 2000) =>
        ServerProcess.StartAsync(folder, null, "--max-requests-per-second", "0", "--max-watches-per-caller", $"{watchesPerCaller}");

    private static IEnumerable<long> Numbers(long after, long count) => Enumerable.Range(1, (int)count).Select(i => after + i);

    // Every watch tells each event after a position up to another, once and in order.
    private static Task EachHasAsync(List<Watch> watches, long after, long last) => Task.WhenAll(watches.Select(watch => Task.Run(async () =>
        Assert.Equal(Numbers(after, last - after), (await watch.EventsAsync((int)(last - after))).Select(happened => happened.Position)))));

    /// <summary>A watch with a connection of its own.</summary>
    private sealed class SlowWatch : IDisposable
    {
        private readonly Party party;

        public SlowWatch(ServerProcess server)
        {
            party = server.Supplier();
            Watch = new Watch(party, new WatchOrdersRequest());
        }

        public Watch Watch { get; }

        public void Dispose()
        {
            Watch.Dispose();
            party.Dispose();
        }
    }
}
