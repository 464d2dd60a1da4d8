namespace OrderGrpc.Bench;

/// <summary>What one piece of work came to: its figure (a rate, or milliseconds) and the calls behind it.</summary>
public sealed record Outcome(double Figure, Latencies Latencies, long Operations, long Failures = 0);

/// <summary>One round: the outcome, what it cost the server's process, and the processor time of the load beside it.</summary>
public sealed record Sample(Outcome Outcome, double CpuSeconds, double PeakMebibytes, long? Fsyncs, double LoadCpuSeconds);

/// <summary>All rounds of one contender.</summary>
public sealed class Series(string name)
{
    public string Name { get; } = name;

    public List<Sample> Samples { get; } = [];

    public double Figure => MedianOf(s => s.Outcome.Figure) ?? 0;

    public double Least => Samples.Min(s => s.Outcome.Figure);

    public double Most => Samples.Max(s => s.Outcome.Figure);

    public long Failures => Samples.Sum(s => s.Outcome.Failures);

    public double? CpuSeconds => MedianOf(s => s.CpuSeconds);

    public double? LoadCpuSeconds => MedianOf(s => s.LoadCpuSeconds);

    public double? PeakMebibytes => MedianOf(s => s.PeakMebibytes);

    public double? Fsyncs => MedianOf(s => s.Fsyncs);

    public double? OperationsPerFsync => MedianOf(s => s.Fsyncs > 0 ? (double)s.Outcome.Operations / s.Fsyncs : null);

    /// <summary>Of the calls of all rounds together.</summary>
    public Latencies Latencies => Latencies.Merged(Samples.Select(s => s.Outcome.Latencies));

    /// <summary>A figure that was read off once, such as a size, with nothing behind it.</summary>
    public static Series Of(string name, double figure) =>
        new(name) { Samples = { new(new(figure, new(), 0), 0, 0, null, 0) } };

    private double? MedianOf(Func<Sample, double?> figure)
    {
        var sorted = Samples.Select(figure).OfType<double>().Order().ToArray();
        return sorted.Length == 0
            ? null
            : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}

/// <summary>One line of the table. A ratio above 1 is in our favour.</summary>
public sealed record Row(string Scenario, string Unit, Series Ours, Series? Peer = null, bool LessIsBetter = false)
{
    public double? Ratio => Peer is not { Figure: > 0 } || Ours.Figure <= 0
        ? null
        : LessIsBetter ? Peer.Figure / Ours.Figure : Ours.Figure / Peer.Figure;
}
