using System.Diagnostics;
using Grpc.Core;
using OrderGrpc.Bench.Strangers;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>
/// What an honest caller waits while strangers do their worst, on a server with its limits as they
/// are and a heap of no more than 384 MiB; and the memory of it. A call in a row on a kept
/// connection, and one on a new connection, from another address than the strangers'.
/// </summary>
public static class StrangersAtTheDoor
{
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BetweenConnections = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly Dictionary<string, string> SmallHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x18000000" };

    public static async Task RunAsync(Run run)
    {
        if (run.Options.Only is null)
        {
            await MeasureAsync(run, null);
        }

        foreach (var name in AttackProcess.All("a.b.c", "a.b.c").Select(attack => attack.Name).Where(name => name.Contains(run.Options.Only ?? "", StringComparison.Ordinal)).ToArray())
        {
            await MeasureAsync(run, name);
        }
    }

    private static async Task MeasureAsync(Run run, string? name)
    {
        await using var ours = await OrderServer.StartWithLimitsAsync(run, SmallHeap);
        await ours.PlaceCall(1)(0);
        var kept = ours.Clients(1, i => new OrderQueryService.OrderQueryServiceClient(i))[0];
        await GetAsync(kept, ours);
        ours.Process.ResetPeakMemory();
        using var stop = new CancellationTokenSource();
        var cpu = ours.Process.CpuSeconds;
        using var attack = name is null ? null : AttackProcess.Start(name, new Uri(ours.Address).Port, ours.ClientToken, ours.SupplierToken, run.Options.Round);
        stop.CancelAfter(run.Options.Round);
        var (old, fresh) = (new Caller(), new Caller());
        await Task.WhenAll(
            old.RepeatAsync(() => GetAsync(kept, ours), BetweenCalls, stop.Token),
            fresh.RepeatAsync(async () =>
            {
                using var own = new Connections(1, ours.Address);
                await GetAsync(own.Clients(i => new OrderQueryService.OrderQueryServiceClient(i))[0], ours);
            }, BetweenConnections, stop.Token));
        var (dead, peak) = (ours.Process.HasExited, ours.Process.HasExited ? 0 : ours.Process.PeakMebibytes);
        var used = dead ? 0 : ours.Process.CpuSeconds - cpu;
        var made = attack is null ? 0 : await attack.EndAsync();
        if (dead)
        {
            run.Missing($"{name}: the server died: {ours.Process.LastOutput}");
        }

        var title = name ?? "nobody attacks";
        run.Add(new($"{title}: get", "/s", Of(old, used, peak)));
        run.Add(new($"{title}: get on a new connection ({made:N0} of strangers)", "/s", Of(fresh, used, peak)));

        Series Of(Caller caller, double cpuSeconds, double mebibytes) => new("ours")
        {
            Samples = { new(new(caller.Latencies.Count / run.Options.Round.TotalSeconds, caller.Latencies, caller.Latencies.Count, caller.Failures), cpuSeconds, mebibytes, null, 0) },
        };
    }

    private static async Task GetAsync(OrderQueryService.OrderQueryServiceClient client, OrderServer ours) =>
        await client.GetOrderAsync(new() { OrderId = 1 }, ours.AsClient.WithDeadline(DateTime.UtcNow + Longest));

    private sealed class Caller
    {
        public Latencies Latencies { get; } = new();

        public long Failures { get; private set; }

        public async Task RepeatAsync(Func<Task> call, TimeSpan pause, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    await call();
                }
                catch (RpcException)
                {
                    Failures++; // and counted for as long as it took
                }

                Latencies.AddSince(started);
                await Task.Delay(pause, CancellationToken.None);
            }
        }
    }
}
