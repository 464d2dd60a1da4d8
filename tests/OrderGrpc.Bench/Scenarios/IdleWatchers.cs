using System.Globalization;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>What a watcher costs that waits and hears nothing: the growth of the server's memory over their number.</summary>
public static class IdleWatchers
{
    private const int Watchers = 10_000;
    private const int WarmUpWatchers = 100;
    private const double KibibytesPerMebibyte = 1024;

    // For what was needed only to open them to be given back.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Run run)
    {
        var ours = await OursAsync(run);
        var peer = await EtcdAsync(run);
        run.Add(new(string.Create(CultureInfo.InvariantCulture, $"{Watchers:N0} idle watchers"), "KiB each", ours, peer, LessIsBetter: true));
    }

    // Each server runs only while it is measured, and once: its memory after a round
    // is not what it was before.
    private static async Task<Series> OursAsync(Run run)
    {
        await using var server = await OrderServer.StartAsync(run);
        await server.PlaceCall(1)(0);
        return await MeasureAsync("ours", server.Process, WatchProtocol.Ours(server), _ => WatchProtocol.OurEverything());
    }

    private static async Task<Series?> EtcdAsync(Run run)
    {
        await using var server = await EtcdServer.StartAsync(run);
        return server is null
            ? null
            : await MeasureAsync("etcd", server.Process, WatchProtocol.Etcd(server), _ => WatchProtocol.EtcdEverything());
    }

    private static async Task<Series> MeasureAsync(string name, ServerProcess process, WatchProtocol protocol, Func<int, Google.Protobuf.IMessage> request)
    {
        // The code of a watch is compiled by the first ones, and stays.
        await using (await WatcherSet.OpenAsync(protocol, WarmUpWatchers, request))
        {
            await Task.Delay(Settle);
        }

        var before = process.Mebibytes;
        var series = new Series(name);
        series.Samples.Add(await Rounds.MeasureAsync(new(name, process, async _ =>
        {
            await using var set = await WatcherSet.OpenAsync(protocol, Watchers, request);
            await Task.Delay(Settle);
            return new Outcome((process.Mebibytes - before) * KibibytesPerMebibyte / Watchers, new Latencies(), Watchers);
        }), TimeSpan.FromMinutes(1)));
        return series;
    }
}
