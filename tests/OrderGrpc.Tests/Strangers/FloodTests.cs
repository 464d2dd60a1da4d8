using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>
/// What the others wait while one caller sends all that it can. Figures, not assertions: what is
/// asserted is that everybody else is served.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Connections = 4;
    private const int AtOnce = 16; // of each connection
    private const int QuietCalls = 100;

    [Theory]
    [InlineData("300")]
    [InlineData("0")]
    public async Task Others_are_served_while_one_caller_floods(string perSecond)
    {
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--max-requests-per-second", perSecond);
        using var client = server.Client();
        using var supplier = server.Supplier();
        var order = await client.PlaceAsync();
        await QuietAsync(client, supplier, order.Id, 50); // warm
        var before = await QuietAsync(client, supplier, order.Id, QuietCalls);

        var issued = await ServerProcess.RunAsync(folder, "token", "issue", "--role", "client", "--name", "flood", "--data", folder.Data);
        var token = issued.Output.Trim();
        using var stop = new CancellationTokenSource();
        var floods = Enumerable.Range(0, Connections).Select(_ => FloodAsync(server.Address, token, stop.Token)).ToArray();
        var during = await QuietAsync(client, supplier, order.Id, QuietCalls);
        await stop.CancelAsync();
        var sent = await Task.WhenAll(floods);
        var after = await QuietAsync(client, supplier, order.Id, QuietCalls);

        output.WriteLine($"limit {perSecond}/s: the flood had {sent.Sum(s => s.Served)} calls served and {sent.Sum(s => s.Limited)} refused");
        output.WriteLine($"  others before: {before}\n  during:        {during}\n  after:         {after}");
        Assert.True(sent.Sum(s => s.Served) > 0);
        Assert.Equal(perSecond != "0", sent.Sum(s => s.Limited) > 0);
    }

    // Two callers, one that writes and one that reads, each call after the other.
    private static async Task<string> QuietAsync(Party client, Party supplier, long orderId, int calls)
    {
        var writes = new List<double>();
        var reads = new List<double>();
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.PlaceAsync();
            writes.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            await supplier.Query.GetOrderAsync(new GetOrderRequest { OrderId = orderId });
            reads.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return $"place {Percentiles(writes)}, get {Percentiles(reads)}";
    }

    private static string Percentiles(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"p50 {times[times.Count / 2]:0.0} ms p99 {times[times.Count * 99 / 100]:0.0} ms");
    }

    private static async Task<(int Served, int Limited)> FloodAsync(string address, string token, CancellationToken stop)
    {
        using var party = new Party(address, token);
        var (served, limited) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async i =>
        {
            for (var n = i; !stop.IsCancellationRequested; n++)
            {
                try
                {
                    Task call = n % 3 == 0 ? party.PlaceAsync() : party.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 500 }).ResponseAsync;
                    await call;
                    Interlocked.Increment(ref served);
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
                {
                    Interlocked.Increment(ref limited);
                }
            }
        }));
        return (served, limited);
    }
}
