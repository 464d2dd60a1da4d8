using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>What the store on one file tells.</summary>
public sealed class StoreMeter : IDisposable
{
    private readonly Meter meter = new("OrderGrpc.Store");

    /// <param name="walBytes">The size of the write-ahead log.</param>
    /// <param name="idle">Reading connections that are open and not in use.</param>
    /// <param name="used">Those in use.</param>
    public StoreMeter(Func<long> walBytes, Func<int> idle, Func<int> used)
    {
        meter.CreateObservableUpDownCounter("ordergrpc.store.wal.size", walBytes, "By", "The write-ahead log beside the file.");
        meter.CreateObservableUpDownCounter(
            "db.client.connection.count",
            () => new[] { Of("idle", idle()), Of("used", used()) },
            "{connection}",
            "Reading connections to the store.");
    }

    public void Dispose() => meter.Dispose();

    private static Measurement<int> Of(string state, int count) =>
        new(count, new("db.client.connection.pool.name", "readers"), new("db.client.connection.state", state));
}
