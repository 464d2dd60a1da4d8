using System.Diagnostics;
using Grpc.Core;
using OrderGrpc.Bench.Etcd;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>From a write to the one who waits for it, on a server that does nothing else.</summary>
public static class WatchLatency
{
    // Between writes, so that each finds the server idle.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        using var ourWatch = ours.Clients(1, i => new OrderQueryService.OrderQueryServiceClient(i))[0]
            .WatchOrders(new WatchOrdersRequest { Now = true }, ours.AsSupplier);
        var ourEvents = ourWatch.ResponseStream;
        var place = ours.PlaceCall(1);
        await UntilAsync(ourEvents, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.CaughtUp);
        var contenders = new List<Contender>
        {
            new("ours", ours.Process, time => MeasureAsync(time, () => place(0),
                () => UntilAsync(ourEvents, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.Event))),
        };

        using var etcdWatch = etcd?.Clients(1, i => new Watch.WatchClient(i))[0].Watch();
        if (etcd is not null && etcdWatch is not null)
        {
            var etcdEvents = etcdWatch.ResponseStream;
            var put = etcd.PutCall(1);
            await etcdWatch.RequestStream.WriteAsync((WatchRequest)Watching.WatchProtocol.EtcdEverything());
            await UntilAsync(etcdEvents, m => m.Created);
            contenders.Add(new("etcd", etcd.Process, time => MeasureAsync(time, () => put(0), () => UntilAsync(etcdEvents, m => m.Events.Count > 0))));
        }

        Place.Report(run, "write to watcher, idle", await Rounds.InterleaveAsync(run.Options, contenders), "ms, median", lessIsBetter: true);
    }

    private static async Task<Outcome> MeasureAsync(TimeSpan time, Func<Task> write, Func<Task> seen)
    {
        var latencies = new Latencies();
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            var start = Stopwatch.GetTimestamp();
            var written = write();
            await seen().ConfigureAwait(false);
            latencies.AddSince(start);
            await written.ConfigureAwait(false);
            await Task.Delay(Pause).ConfigureAwait(false);
        }

        return new(latencies.PercentileMilliseconds(50), latencies, latencies.Count);
    }

    private static async Task UntilAsync<T>(IAsyncStreamReader<T> stream, Func<T, bool> wanted)
    {
        do
        {
            if (!await stream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                throw new InvalidOperationException("the watch ended by itself");
            }
        }
        while (!wanted(stream.Current));
    }
}
