using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>What the watches tell. What is counted at each event is looked at first: it costs nothing where nobody asks.</summary>
public sealed class WatchMeter : IDisposable
{
    private readonly Meter meter = new("OrderGrpc.Watches");
    private readonly Counter<long> deliveries;
    private readonly Counter<long> hits;
    private readonly Counter<long> misses;
    private int open;
    private int slow;

    public WatchMeter()
    {
        meter.CreateObservableUpDownCounter("ordergrpc.watch.open", () => open, "{watch}", "Watches that are open.");
        meter.CreateObservableUpDownCounter("ordergrpc.watch.slow", () => slow, "{watch}", "Watches that wait for their reader.");
        deliveries = meter.CreateCounter<long>("ordergrpc.watch.deliveries", "{event}", "Events that were sent to watches.");
        hits = meter.CreateCounter<long>("ordergrpc.ring.hits", "{read}", "Events that a watch found in memory.");
        misses = meter.CreateCounter<long>("ordergrpc.ring.misses", "{read}", "Slices that a watch read from the store, since it is behind the memory.");
    }

    public void Opened() => Interlocked.Increment(ref open);

    public void Closed() => Interlocked.Decrement(ref open);

    /// <summary>A watch begins to wait for its reader.</summary>
    public void Held() => Interlocked.Increment(ref slow);

    public void Released() => Interlocked.Decrement(ref slow);

    public void Delivered() => Count(deliveries);

    public void Hit() => Count(hits);

    public void Missed() => Count(misses);

    public void Dispose() => meter.Dispose();

    private static void Count(Counter<long> counter)
    {
        if (counter.Enabled)
        {
            counter.Add(1);
        }
    }
}
