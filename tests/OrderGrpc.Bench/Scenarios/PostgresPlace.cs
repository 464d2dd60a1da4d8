using System.Globalization;
using OrderGrpc.Bench.Subjects;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>
/// Placing orders on PostgreSQL: one server and three, without a standby and with one that every
/// commit waits for; beside three nodes of etcd, Marten on the same PostgreSQL, and our SQLite.
/// </summary>
public static class PostgresPlace
{
    /// <summary>As many to one server as to three or to three nodes of etcd.</summary>
    public const int ConnectionCount = 6;

    public const int ServerCount = 3;

    private const string Sqlite = "SQLite";
    private const string Put = "etcd 3 put";
    private const string Txn = "etcd 3 txn";

    private static readonly (int Callers, int Connections)[] Sizes = [(1, 1), (64, ConnectionCount), (256, ConnectionCount)];

    public static async Task RunAsync(Run run)
    {
        await using var alone = await PostgresServer.StartAsync(run, withStandby: false);
        await using var replicated = await PostgresServer.StartAsync(run, withStandby: true);
        if (alone is null || replicated is null)
        {
            return;
        }

        await using var etcd = await EtcdServer.StartAsync(run, ServerCount);
        await using var sqlite = await OrderServer.StartAsync(run);
        await using var aloneSide = await Side.StartAsync(run, "PostgreSQL", alone);
        await using var replicatedSide = await Side.StartAsync(run, "PostgreSQL and standby", replicated);
        await sqlite.WarmUpAsync();
        await aloneSide.WarmUpAsync();
        await replicatedSide.WarmUpAsync();
        foreach (var (callers, connections) in Sizes)
        {
            var size = string.Create(CultureInfo.InvariantCulture, $"place, {callers} callers on {connections}");
            if (!size.Contains(run.Options.Only ?? "", StringComparison.Ordinal))
            {
                continue;
            }

            Contender Of(string name, IReadOnlyList<ServerProcess> processes, Func<int, Task<bool>> call) =>
                new(name, processes, time => Load.ClosedAsync(callers, time, call));

            var contenders = new List<Contender> { Of(Sqlite, [sqlite.Process], sqlite.PlaceCall(connections)) };
            contenders.AddRange(aloneSide.Contenders(connections, Of).Concat(replicatedSide.Contenders(connections, Of)));
            if (etcd is not null)
            {
                contenders.Add(Of(Put, etcd.Processes, etcd.PutCall(connections)));
                contenders.Add(Of(Txn, etcd.Processes, etcd.TxnCall(connections)));
            }

            var series = await Rounds.InterleaveAsync(run.Options, contenders);
            aloneSide.Report(run, size, series, Sqlite);
            replicatedSide.Report(run, size, series, Put, Txn);
        }
    }

    /// <summary>What runs on one PostgreSQL: our one server, our three, and Marten, each in a database of its own.</summary>
    private sealed class Side(string name, PostgresServer postgres, OrderFleet one, OrderFleet three, MartenStore marten) : IAsyncDisposable
    {
        private readonly Func<int, Task<bool>> _append = marten.AppendCall();

        private string Marten => $"Marten, {name}";

        private string One => $"1 server, {name}";

        private string Three => $"3 servers, {name}";

        public static async Task<Side> StartAsync(Run run, string name, PostgresServer postgres) => new(
            name,
            postgres,
            await OrderFleet.StartAsync(run, postgres, "one", 1),
            await OrderFleet.StartAsync(run, postgres, "three", ServerCount),
            await MartenStore.StartAsync(await postgres.NewDatabaseAsync("marten")));

        public async Task WarmUpAsync()
        {
            await one.WarmUpAsync();
            await three.WarmUpAsync();
        }

        public IEnumerable<Contender> Contenders(int connections, Func<string, IReadOnlyList<ServerProcess>, Func<int, Task<bool>>, Contender> of) =>
        [
            of(One, one.Processes, one.PlaceCall(connections)),
            of(Three, three.Processes, three.PlaceCall(connections)),
            of(Marten, postgres.Processes, _append),
        ];

        /// <summary>A line for each of ours and each of these peers, and one beside Marten.</summary>
        public void Report(Run run, string size, Dictionary<string, Series> series, params string[] peers)
        {
            foreach (var ours in new[] { One, Three })
            {
                foreach (var peer in peers.Where(series.ContainsKey).Append(Marten))
                {
                    run.Add(new($"{size}; {ours}", "/s", series[ours], series[peer]));
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await one.DisposeAsync();
            await three.DisposeAsync();
            marten.Dispose();
        }
    }
}
