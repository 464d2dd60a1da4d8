using System.Diagnostics.Metrics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>
/// Into what the histograms sort. The boundaries of the conventions for databases begin at a millisecond,
/// in which a whole batch is on a good disk; so there are finer ones below.
/// </summary>
public static class Buckets
{
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    public static InstrumentAdvice<int> Commands { get; } = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };
}
