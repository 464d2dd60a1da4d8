using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Documentation;

/// <summary>The metrics in docs/REFERENCE.md are those that a running server has. Run the tests with UPDATE_README=1 to write them anew.</summary>
public sealed class MetricsTableTests
{
    [Fact]
    public async Task The_metrics_are_what_the_server_has()
    {
        var path = Path.Combine(Repository.Root, "docs", "REFERENCE.md");
        var expected = await TableAsync();
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        const string Start = "<!-- metrics -->\n";
        var from = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var to = text.IndexOf("<!-- end of metrics -->", StringComparison.Ordinal);
        Assert.True(from >= Start.Length && to >= from, "docs/REFERENCE.md has no part 'metrics'");
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            await File.WriteAllTextAsync(path, text[..from] + expected + text[to..], TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(expected, text[from..to]);
    }

    private static async Task<string> TableAsync()
    {
        var instruments = new SortedDictionary<string, Instrument>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name.StartsWith("OrderGrpc.", StringComparison.Ordinal))
            {
                lock (instruments)
                {
                    instruments[$"{instrument.Meter.Name} {instrument.Name}"] = instrument; // other servers of this process have the same
                }
            }
        };
        listener.Start();
        await using var server = await TestServer.StartAsync();
        using (var nobody = new Party(server.Address, null))
        {
            await Refused.By(nobody.Query.GetCallerAsync(new())); // what is counted of calls is there from the first
        }

        var table = new StringBuilder("| Metric | Unit | Kind | What it is |\n|---|---|---|---|\n");
        lock (instruments)
        {
            foreach (var instrument in instruments.Values)
            {
                var kind = instrument.GetType().Name.Split('`')[0] switch { "Counter" => "counter", "Histogram" => "histogram", _ => "gauge" };
                table.Append(CultureInfo.InvariantCulture, $"| `{instrument.Name}` | {(instrument.Unit is { } unit ? $"`{unit}`" : "")} | {kind} | {instrument.Description} |\n");
            }
        }

        return table.ToString();
    }
}
