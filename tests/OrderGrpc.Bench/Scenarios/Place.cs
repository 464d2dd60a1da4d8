using System.Globalization;
using OrderGrpc.Bench.Subjects;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>Placing orders, each on disk before its answer.</summary>
public static class Place
{
    private const int OpenRate = 2_000;
    private const int OpenConnections = 4;

    private static readonly (int Callers, int Connections)[] Sizes = [(1, 1), (16, 4), (64, 4), (256, 4)];

    /// <summary>Callers that wait for each answer, beside etcd's put, its compare-and-put, and the prototype.</summary>
    public static async Task ClosedAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        await using var prototype = await PrototypeServer.StartAsync(run);
        foreach (var (callers, connections) in Sizes)
        {
            var contenders = new List<Contender>();
            void Add(string name, ServerProcess process, Func<int, Task<bool>> call) =>
                contenders.Add(new(name, process, time => Load.ClosedAsync(callers, time, call)));

            Add("ours", ours.Process, ours.PlaceCall(connections));
            if (etcd is not null)
            {
                Add("etcd put", etcd.Process, etcd.PutCall(connections));
                Add("etcd txn", etcd.Process, etcd.TxnCall(connections));
            }

            if (prototype is not null)
            {
                Add("prototype", prototype.Process, _ => prototype.PlaceAsync());
            }

            var series = await Rounds.InterleaveAsync(run.Options, contenders);
            var scenario = string.Create(CultureInfo.InvariantCulture, $"place, {callers} callers on {connections}");
            Report(run, scenario, series);
        }
    }

    /// <summary>Callers that come whether or not the server keeps up.</summary>
    public static async Task OpenAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        var contenders = new List<Contender>();
        void Add(string name, ServerProcess process, Func<int, Task<bool>> call) =>
            contenders.Add(new(name, process, time => Load.OpenAsync(OpenRate, time, call)));

        Add("ours", ours.Process, ours.PlaceCall(OpenConnections));
        if (etcd is not null)
        {
            Add("etcd put", etcd.Process, etcd.PutCall(OpenConnections));
        }

        Report(run, string.Create(CultureInfo.InvariantCulture, $"place, {OpenRate}/s scheduled"), await Rounds.InterleaveAsync(run.Options, contenders));
    }

    /// <summary>One line for each peer, or one without.</summary>
    internal static void Report(Run run, string scenario, Dictionary<string, Series> series, string unit = "/s", bool lessIsBetter = false)
    {
        var ours = series["ours"];
        var peers = series.Values.Where(s => s != ours).DefaultIfEmpty(null);
        foreach (var peer in peers)
        {
            run.Add(new(scenario, unit, ours, peer, lessIsBetter));
        }
    }
}
