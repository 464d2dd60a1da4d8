using System.Diagnostics;
using System.Globalization;
using OrderGrpc.Bench.Etcd;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>Events to many watchers: of everything, where each event goes to all, and of one order each.</summary>
public static class FanOut
{
    private const int Writers = 64;
    private const int WriterConnections = 4;
    private const int MaxPeerWatchers = 1_000;

    // Enough events that a round would last its time at this rate.
    private const int DeliveriesPerSecond = 200_000;
    private const int LeastEvents = 20;
    private const int MostEvents = 5_000;

    // Watchers of single orders: so many drafts in a round, spread over the orders. An
    // order takes 1,000 in all, a round's and its share of the warm-up.
    private const int DraftsPerRound = 5_000;
    private const int DraftsPerOrder = 900;

    private static readonly int[] Sizes = [1, 100, 1_000, 10_000];

    public static async Task RunAsync(Run run)
    {
        foreach (var watchers in Sizes)
        {
            await using var ours = await OrderServer.StartAsync(run);
            await using var etcd = watchers <= MaxPeerWatchers ? await EtcdServer.StartAsync(run) : null;
            await EverythingAsync(run, watchers, ours, etcd);
            await SingleOrdersAsync(run, watchers, ours, etcd);
        }
    }

    private static async Task EverythingAsync(Run run, int watchers, OrderServer ours, EtcdServer? etcd)
    {
        await using var ourSet = await WatcherSet.OpenAsync(WatchProtocol.Ours(ours), watchers, _ => WatchProtocol.OurEverything());
        var place = ours.PlaceCall(WriterConnections);
        var contenders = new List<Contender> { new("ours", ours.Process, time => BurstAsync(ourSet, watchers, Events(time, watchers), place)) };
        await using var etcdSet = etcd is null ? null : await WatcherSet.OpenAsync(WatchProtocol.Etcd(etcd), watchers, _ => WatchProtocol.EtcdEverything());
        if (etcd is not null && etcdSet is not null)
        {
            var put = etcd.PutCall(WriterConnections);
            contenders.Add(new("etcd", etcd.Process, time => BurstAsync(etcdSet, watchers, Events(time, watchers), put)));
        }

        var scenario = string.Create(CultureInfo.InvariantCulture, $"fan-out, {watchers:N0} of everything");
        Place.Report(run, scenario, await Rounds.InterleaveAsync(run.Options, contenders), "deliveries/s");
    }

    private static async Task SingleOrdersAsync(Run run, int watchers, OrderServer ours, EtcdServer? etcd)
    {
        var orders = await ApprovedOrdersAsync(ours, watchers);
        await using var ourSet = await WatcherSet.OpenAsync(WatchProtocol.Ours(ours), watchers, i => WatchProtocol.OurOrder(orders[i]));
        var draft = DraftCall(ours, orders);
        var contenders = new List<Contender> { new("ours", ours.Process, _ => SinglesAsync(ourSet, watchers, run.Options.Rounds, draft)) };
        await using var etcdSet = etcd is null ? null : await WatcherSet.OpenAsync(WatchProtocol.Etcd(etcd), watchers, i => WatchProtocol.EtcdOrder(i));
        if (etcd is not null && etcdSet is not null)
        {
            var clients = etcd.Clients(WriterConnections, i => new KV.KVClient(i));
            contenders.Add(new("etcd", etcd.Process, _ => SinglesAsync(etcdSet, watchers, run.Options.Rounds, async order =>
            {
                await clients[order % WriterConnections].PutAsync(EtcdServer.PutOf(order));
                return true;
            })));
        }

        var scenario = string.Create(CultureInfo.InvariantCulture, $"fan-out, {watchers:N0} of one order each");
        Place.Report(run, scenario, await Rounds.InterleaveAsync(run.Options, contenders), "deliveries/s");
    }

    /// <summary>Writes as fast as writers go; the clock stops when the last watcher has the last event.</summary>
    internal static async Task<Outcome> BurstAsync(WatcherSet set, int watchers, int events, Func<int, Task<bool>> write)
    {
        var burst = set.Expect(watchers, events);
        var start = Stopwatch.GetTimestamp();
        await Load.CountedAsync(Writers, events, write);
        await burst.Done;
        return new(burst.Deliveries / Stopwatch.GetElapsedTime(start).TotalSeconds, burst.Latencies, events);
    }

    private static async Task<Outcome> SinglesAsync(WatcherSet set, int watchers, int rounds, Func<int, Task<bool>> writeTo)
    {
        var orders = Math.Min(watchers, DraftsPerRound);
        var each = Math.Clamp(DraftsPerRound / orders, 1, Math.Max(1, DraftsPerOrder / (rounds + 1)));
        var burst = set.Expect(orders, each);
        var start = Stopwatch.GetTimestamp();
        var written = await Load.CountedAsync(Writers, orders * each, number => writeTo(number % orders));
        await burst.Done;

        // The latencies are the writers': that watchers wait must not cost them.
        return written with { Figure = burst.Deliveries / Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    internal static int Events(TimeSpan time, int watchers) =>
        (int)Math.Clamp(time.TotalSeconds * DeliveriesPerSecond / watchers, LeastEvents, MostEvents);

    private static async Task<long[]> ApprovedOrdersAsync(OrderServer server, int count)
    {
        var clients = server.Clients(WriterConnections, i => (new ClientService.ClientServiceClient(i), new SupplierService.SupplierServiceClient(i)));
        var ids = new long[count];
        await Load.CountedAsync(Writers, count, async number =>
        {
            var (client, supplier) = clients[number % WriterConnections];
            ids[number] = (await client.PlaceOrderAsync(OrderServer.NewOrder(), server.AsClient)).Order.Id;
            await supplier.ApproveOrderAsync(new ApproveOrderRequest { OrderId = ids[number] }, server.AsSupplier);
            return true;
        });
        return ids;
    }

    /// <summary>A draft can follow a draft, so one order gives as many events as are wanted.</summary>
    private static Func<int, Task<bool>> DraftCall(OrderServer server, long[] orders)
    {
        var clients = server.Clients(WriterConnections, i => new SupplierService.SupplierServiceClient(i));
        var options = server.AsSupplier;
        return async order =>
        {
            await clients[order % WriterConnections].DraftQuoteAsync(WholeProcess.Draft(orders[order]), options);
            return true;
        };
    }
}
