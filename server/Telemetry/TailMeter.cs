using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>What the tail of the log tells.</summary>
public sealed class TailMeter : IDisposable
{
    private readonly Meter meter = new("OrderGrpc.Tail");

    /// <param name="position">As far as the log was read.</param>
    public TailMeter(Func<long> position)
    {
        meter.CreateObservableGauge("ordergrpc.log.position", position, "{position}", "How far this server has read the log.");
        Lag = meter.CreateHistogram("ordergrpc.tail.lag", "s", "How old the newest event is when the tail takes it.", null, Buckets.Seconds);
    }

    public Histogram<double> Lag { get; }

    public void Dispose() => meter.Dispose();
}
