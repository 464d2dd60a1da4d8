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
        await using var our = await OpenAsync(ours);
        var contenders = new List<Contender> { new("ours", ours.Process, our.MeasureAsync) };
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

    /// <summary>A watcher of our server, and one who places orders for it.</summary>
    public static async Task<OurWatch> OpenAsync(OrderServer server)
    {
        var watch = server.Clients(1, i => new OrderQueryService.OrderQueryServiceClient(i))[0].WatchOrders(new WatchOrdersRequest { Now = true }, server.AsSupplier);
        await UntilAsync(watch.ResponseStream, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.CaughtUp);
        return new OurWatch(watch, server.PlaceCall(1));
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

    /// <summary>See <see cref="WatchLatency.OpenAsync"/>.</summary>
    public sealed class OurWatch(AsyncServerStreamingCall<WatchOrdersResponse> watch, Func<int, Task<bool>> place) : IAsyncDisposable
    {
        public Task<Outcome> MeasureAsync(TimeSpan time) => WatchLatency.MeasureAsync(
            time, () => place(0), () => UntilAsync(watch.ResponseStream, m => m.MessageCase == WatchOrdersResponse.MessageOneofCase.Event));

        public ValueTask DisposeAsync()
        {
            watch.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
