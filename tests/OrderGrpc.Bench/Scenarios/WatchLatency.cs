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
        await using var our = await OpenAsync(ours, ours);
        var contenders = new List<Contender> { new("ours", ours.Process, our.MeasureAsync) };
        await using var etcdWatch = etcd is null ? null : await OpenAsync(etcd, 0, 0);
        if (etcd is not null && etcdWatch is not null)
        {
            contenders.Add(new("etcd", etcd.Process, etcdWatch.MeasureAsync));
        }

        Place.Report(run, "write to watcher, idle", await Rounds.InterleaveAsync(run.Options, contenders), "ms, median", lessIsBetter: true);
    }

    /// <summary>A watcher at one of our servers, and one who places orders for it, there or at another.</summary>
    public static async Task<WrittenAndSeen> OpenAsync(OrderServer written, OrderServer watched)
    {
        var watch = watched.Clients(1, i => new OrderQueryService.OrderQueryServiceClient(i))[0].WatchOrders(new WatchOrdersRequest { Now = true }, watched.AsSupplier);
        await UntilAsync(watch.ResponseStream, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.CaughtUp);
        var place = written.PlaceCall(1);
        return new(() => place(0), () => UntilAsync(watch.ResponseStream, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.Event), watch);
    }

    /// <summary>The same of nodes of etcd.</summary>
    public static async Task<WrittenAndSeen> OpenAsync(EtcdServer etcd, int written, int watched)
    {
        var watch = etcd.Clients(watched + 1, i => new Watch.WatchClient(i))[watched].Watch();
        await watch.RequestStream.WriteAsync((WatchRequest)Watching.WatchProtocol.EtcdEverything());
        await UntilAsync(watch.ResponseStream, m => m.Created);
        var put = etcd.PutCall(written + 1);
        return new(() => put(written), () => UntilAsync(watch.ResponseStream, m => m.Events.Count > 0), watch);
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

    /// <summary>A write, and the wait until its event is seen.</summary>
    public sealed class WrittenAndSeen(Func<Task> write, Func<Task> seen, IDisposable watch) : IAsyncDisposable
    {
        public Task<Outcome> MeasureAsync(TimeSpan time) => WatchLatency.MeasureAsync(time, write, seen);

        public ValueTask DisposeAsync()
        {
            watch.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
