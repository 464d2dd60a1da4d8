using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>Three servers on a PostgreSQL with a synchronous standby: whole orders, and what is written at one and watched at others.</summary>
public static class PostgresServers
{
    private const int Callers = 64;
    private const int Watchers = 1_000;
    private const string OneServer = "1 server";

    /// <summary>Orders from placed to completed, the client calling at one server and the supplier at another.</summary>
    public static async Task ProcessAsync(Run run)
    {
        await using var subjects = await Subjects.StartAsync(run);
        if (subjects is null)
        {
            return;
        }

        var (three, one, etcd) = (subjects.Three, subjects.One, subjects.Etcd);
        await using var sqlite = await OrderServer.StartAsync(run);
        Contender Of(string name, IReadOnlyList<ServerProcess> processes, Func<int, Task<bool>> call) => new(name, processes, time => Load.ClosedAsync(Callers, time, call));
        var contenders = new List<Contender>
        {
            Of("ours", three.Processes, three.InTurn(at => WholeProcess.OrderCall(
                three.Servers[at], three.Servers[(at + 1) % PostgresPlace.ServerCount], PostgresPlace.ConnectionCount / PostgresPlace.ServerCount))),
            Of(OneServer, one.Processes, WholeProcess.OrderCall(one.Servers[0], one.Servers[0], PostgresPlace.ConnectionCount)),
            Of("SQLite", [sqlite.Process], WholeProcess.OrderCall(sqlite, sqlite, PostgresPlace.ConnectionCount)),
        };
        if (etcd is not null)
        {
            contenders.Add(Of("etcd 3, 7 txn", etcd.Processes, WholeProcess.TxnCall(etcd, PostgresPlace.ConnectionCount)));
        }

        Place.Report(run, "whole process, 64 callers on 6; 3 servers, PostgreSQL and standby", await Rounds.InterleaveAsync(run.Options, contenders), "orders/s");
    }

    /// <summary>From the write at one server to the watcher at another, beside a watcher at the same one.</summary>
    public static async Task LatencyAsync(Run run)
    {
        await using var subjects = await Subjects.StartAsync(run);
        if (subjects is null)
        {
            return;
        }

        var (three, one, etcd) = (subjects.Three, subjects.One, subjects.Etcd);
        await using var other = await WatchLatency.OpenAsync(three.Servers[0], three.Servers[1]);
        await using var same = await WatchLatency.OpenAsync(one.Servers[0], one.Servers[0]);
        var contenders = new List<Contender> { new("ours", three.Processes, other.MeasureAsync), new("the same server", one.Processes, same.MeasureAsync) };
        await using var etcdWatch = etcd is null ? null : await WatchLatency.OpenAsync(etcd, written: 0, watched: 1);
        if (etcd is not null && etcdWatch is not null)
        {
            contenders.Add(new("etcd, another node", etcd.Processes, etcdWatch.MeasureAsync));
        }

        Place.Report(run, "write to watcher at another server, idle", await Rounds.InterleaveAsync(run.Options, contenders), "ms, median", lessIsBetter: true);
    }

    /// <summary>Each event to 1,000 watchers, who are spread over three servers.</summary>
    public static async Task FanOutAsync(Run run)
    {
        await using var subjects = await Subjects.StartAsync(run);
        if (subjects is null)
        {
            return;
        }

        var (three, one, etcd) = (subjects.Three, subjects.One, subjects.Etcd);
        await using var threeSet = await WatcherSet.OpenAsync([.. three.Servers.Select(WatchProtocol.Ours)], Watchers, _ => WatchProtocol.OurEverything());
        await using var oneSet = await WatcherSet.OpenAsync(WatchProtocol.Ours(one.Servers[0]), Watchers, _ => WatchProtocol.OurEverything());
        Contender Of(string name, IReadOnlyList<ServerProcess> processes, WatcherSet set, Func<int, Task<bool>> write) =>
            new(name, processes, time => FanOut.BurstAsync(set, Watchers, FanOut.Events(time, Watchers), write));

        var contenders = new List<Contender>
        {
            Of("ours", three.Processes, threeSet, three.PlaceCall(PostgresPlace.ConnectionCount)),
            Of(OneServer, one.Processes, oneSet, one.PlaceCall(PostgresPlace.ConnectionCount)),
        };
        await using var etcdSet = etcd is null
            ? null
            : await WatcherSet.OpenAsync([.. etcd.Addresses.Select((_, node) => WatchProtocol.Etcd(etcd, node))], Watchers, _ => WatchProtocol.EtcdEverything());
        if (etcd is not null && etcdSet is not null)
        {
            contenders.Add(Of("etcd 3", etcd.Processes, etcdSet, etcd.PutCall(PostgresPlace.ConnectionCount)));
        }

        Place.Report(run, "fan-out, 1,000 of everything over 3 servers", await Rounds.InterleaveAsync(run.Options, contenders), "deliveries/s");
    }

    /// <summary>What each of them compares: three servers and one, warm, on databases of one PostgreSQL, and three nodes of etcd where it is installed.</summary>
    private sealed class Subjects(PostgresServer postgres, OrderFleet three, OrderFleet one, EtcdServer? etcd) : IAsyncDisposable
    {
        public OrderFleet Three => three;

        public OrderFleet One => one;

        public EtcdServer? Etcd => etcd;

        public static async Task<Subjects?> StartAsync(Run run)
        {
            if (await PostgresServer.StartAsync(run, withStandby: true) is not { } postgres)
            {
                return null;
            }

            var three = await OrderFleet.StartAsync(run, postgres, "three", PostgresPlace.ServerCount);
            var one = await OrderFleet.StartAsync(run, postgres, "one", 1);
            await three.WarmUpAsync();
            await one.WarmUpAsync();
            return new Subjects(postgres, three, one, await EtcdServer.StartAsync(run, PostgresPlace.ServerCount));
        }

        public async ValueTask DisposeAsync()
        {
            await (etcd?.DisposeAsync() ?? ValueTask.CompletedTask);
            await one.DisposeAsync();
            await three.DisposeAsync();
            await postgres.DisposeAsync();
        }
    }
}
