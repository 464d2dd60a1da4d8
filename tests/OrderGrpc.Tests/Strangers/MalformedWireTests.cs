using System.Diagnostics;
using System.Globalization;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Strangers;

/// <summary>
/// Malformed input against the real server on loopback: a few seconds, or as many as
/// ORDERGRPC_FUZZ_SECONDS says, from the seed that ORDERGRPC_FUZZ_SEED says or a new one.
/// </summary>
public sealed class MalformedWireTests(ITestOutputHelper output)
{
    private const int Senders = 4;
    private const long GrowthAllowed = 200 << 20;

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;

    [Fact]
    public async Task Malformed_input_ends_in_clear_errors_without_growth_and_others_are_served()
    {
        var seconds = Setting("ORDERGRPC_FUZZ_SECONDS", 5);
        var seed = Setting("ORDERGRPC_FUZZ_SEED", Random.Shared.Next());
        output.WriteLine($"seed {seed}, {seconds} s");
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, "--max-requests-per-second", "0");
        using var client = server.Client();
        var order = await client.PlaceAsync();
        string[] tokens = [server.Token("client"), server.Token("supplier")];

        await RunAsync(server, tokens, seed, TimeSpan.FromSeconds(1)); // so that what is made once is there
        var before = MemoryOf(server);
        var stop = false;
        var served = ServeAsync(client, order.Id, () => Volatile.Read(ref stop));
        var fuzzes = await RunAsync(server, tokens, seed, TimeSpan.FromSeconds(seconds));
        Volatile.Write(ref stop, true);
        var after = MemoryOf(server);

        output.WriteLine($"{fuzzes.Sum(fuzz => fuzz.Sent)} pieces sent, {await served} calls of others served meanwhile, resident {before >> 20} MiB before and {after >> 20} MiB after");
        foreach (var (told, count) in fuzzes.SelectMany(fuzz => fuzz.Told).GroupBy(pair => pair.Key).Select(group => (group.Key, group.Sum(pair => pair.Value))).Order())
        {
            output.WriteLine($"  {count,6} {told}");
        }

        Assert.True(await served > 0);
        Assert.InRange(after, 0, before + GrowthAllowed);
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("fail:", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_resets_its_streams_in_a_loop_is_closed_or_held_back_and_others_are_served()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        await client.PlaceAsync();
        using var http = await RawHttp2.ConnectAsync(server.Address);
        var token = server.Issue(Role.Client, "client");
        var (sent, served) = (0, 0);
        try
        {
            for (var stream = 1; stream < 200_000; stream += 2, sent++)
            {
                await http.OpenAsync(stream, "/ordergrpc.v1.OrderQueryService/WatchOrders", token);
                await http.SendAsync(Http2Frame.Reset, 0, stream, [0, 0, 0, 8]);
                if (sent % 5_000 == 0)
                {
                    await client.Query.ListOrdersAsync(new ListOrdersRequest());
                    served++;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Closed, or nothing more of it is read.
        }

        output.WriteLine($"over after {sent} streams, {served} calls of others meanwhile");
        await client.Query.ListOrdersAsync(new ListOrdersRequest());
        Assert.True(served > 0);
    }

    private static async Task<WireFuzz[]> RunAsync(ServerProcess server, string[] tokens, int seed, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        return await Task.WhenAll(Enumerable.Range(0, Senders).Select(async number =>
        {
            using var fuzz = new WireFuzz(server.Address, tokens, seed + number);
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                await fuzz.SendAsync();
            }

            return fuzz;
        }));
    }

    private static async Task<int> ServeAsync(Party party, long orderId, Func<bool> stopped)
    {
        var served = 0;
        for (; !stopped(); served++)
        {
            await party.Query.GetOrderAsync(new GetOrderRequest { OrderId = orderId });
            await party.PlaceAsync();
        }

        return served;
    }

    private static long MemoryOf(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
