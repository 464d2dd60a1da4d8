using System.Globalization;

namespace OrderGrpc.Bench;

/// <summary>Prints rows as a Markdown table, padded so that it also reads well in a terminal.</summary>
public static class ResultTable
{
    private static readonly string[] Head =
        ["scenario", "unit", "ours", "peer", "ratio", "p50 ms", "p99 ms", "max ms", "CPU s", "load CPU s", "RSS MiB", "fsyncs", "ops/fsync"];

    public static void Print(IReadOnlyCollection<Row> rows, TextWriter output)
    {
        var lines = rows.Select(Cells).Prepend(Head).ToArray();
        var widths = Enumerable.Range(0, Head.Length).Select(c => lines.Max(l => l[c].Length)).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            output.WriteLine("| " + string.Join(" | ", lines[i].Select((cell, c) => cell.PadRight(widths[c]))) + " |");
            if (i == 0)
            {
                output.WriteLine("|" + string.Join("|", widths.Select(w => new string('-', w + 2))) + "|");
            }
        }
    }

    private static string[] Cells(Row row)
    {
        var ours = row.Ours.Latencies;
        var peer = row.Peer?.Latencies;
        return
        [
            row.Scenario,
            row.Unit,
            Spread(row.Ours),
            row.Peer is null ? "-" : $"{row.Peer.Name} {Spread(row.Peer)}",
            row.Ratio is { } ratio ? Number(ratio) + " ×" : "-",
            Both(Latency(ours, l => l.PercentileMilliseconds(50)), Latency(peer, l => l.PercentileMilliseconds(50))),
            Both(Latency(ours, l => l.PercentileMilliseconds(99)), Latency(peer, l => l.PercentileMilliseconds(99))),
            Both(Latency(ours, l => l.MaxMilliseconds), Latency(peer, l => l.MaxMilliseconds)),
            Both(row.Ours.CpuSeconds, row.Peer?.CpuSeconds),
            Both(row.Ours.LoadCpuSeconds, row.Peer?.LoadCpuSeconds),
            Both(row.Ours.PeakMebibytes, row.Peer?.PeakMebibytes),
            Both(row.Ours.Fsyncs, row.Peer?.Fsyncs),
            Both(row.Ours.OperationsPerFsync, row.Peer?.OperationsPerFsync),
        ];
    }

    private static string Spread(Series series)
    {
        var spread = series.Samples.Count > 1
            ? $"{Number(series.Figure)} ({Number(series.Least)}–{Number(series.Most)})"
            : Number(series.Figure);
        return series.Failures == 0 ? spread : $"{spread}, {series.Failures} failed";
    }

    private static double? Latency(Latencies? latencies, Func<Latencies, double> figure) =>
        latencies is { Count: > 0 } ? figure(latencies) : null;

    /// <summary>Ours, and the peer's after a stroke.</summary>
    private static string Both(double? ours, double? peer) => (ours, peer) switch
    {
        (null, null) => "-",
        ({ } a, null) => Number(a),
        (null, { } b) => "- / " + Number(b),
        ({ } a, { } b) => Number(a) + " / " + Number(b),
    };

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { 0 or >= 100 => "N0", >= 10 => "N1", _ => "N2" }, CultureInfo.InvariantCulture);
}
