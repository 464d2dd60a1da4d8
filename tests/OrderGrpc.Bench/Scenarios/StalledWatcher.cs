using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>
/// A watcher of everything that reads nothing, among 1,000 that do: writers must not
/// feel it, and the server's memory must not grow with what it has missed.
/// </summary>
public static class StalledWatcher
{
    private const int Watchers = 1_000;
    private const int Callers = 64;
    private const int ConnectionCount = 4;

    public static async Task RunAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        var place = ours.PlaceCall(ConnectionCount);
        await place(0);

        // They wait for one quiet order: with 1,000 readers of everything the cores
        // would be busy with those, and the one that stalls would not show.
        var protocol = WatchProtocol.Ours(ours);
        await using var set = await WatcherSet.OpenAsync(protocol, Watchers, _ => WatchProtocol.OurOrder(1));
        var contender = new Contender("ours", ours.Process, time => Load.ClosedAsync(Callers, time, place));
        var before = (await Rounds.InterleaveAsync(run.Options, contender))["ours"];
        var memoryBefore = ours.Process.Mebibytes;

        await set.AddStalledAsync(protocol, WatchProtocol.OurEverything());
        var with = (await Rounds.InterleaveAsync(run.Options, contender))["ours"];
        var growth = ours.Process.Mebibytes - memoryBefore;

        var peer = new Series("without it");
        peer.Samples.AddRange(before.Samples);
        run.Add(new("place, one of 1,000 watchers stalled", "/s", with, peer));
        run.Add(new("memory grown while it stalls", "MiB", Series.Of("ours", growth)));
    }
}
