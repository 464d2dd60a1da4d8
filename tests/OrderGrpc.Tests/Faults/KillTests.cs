using System.Diagnostics;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Faults;

public sealed class KillTests
{
    private const int CyclesPerFile = 50;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_done_twice_when_the_server_is_killed_at_random_moments()
    {
        var plan = new FaultPlan(shortForm: 6);
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < plan.Cycles; done += CyclesPerFile)
        {
            await RunAsync(plan, Math.Min(CyclesPerFile, plan.Cycles - done), disk: null);
            FaultPlan.Print($"{Math.Min(done + CyclesPerFile, plan.Cycles)} kills in {clock.Elapsed.TotalSeconds:F0} s");
        }
    }

    /// <summary>Kills and starts a server again and again; with a disk, each time the power is lost too.</summary>
    internal static async Task RunAsync(FaultPlan plan, int cycles, FaultyDisk? disk, TestFolder? on = null)
    {
        using var own = on is null ? new TestFolder() : null;
        var folder = on ?? own!;
        var environment = disk?.Environment ?? new Dictionary<string, string>();
        var address = ServerProcess.FreeAddress();
        var server = await ServerProcess.StartAsync(folder, address, environment);
        using var load = new Workload(server, plan.Random.Next());
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            // A random count of answers, then a random moment: before, in or after a write or its fsync.
            await load.MoreAsync(plan.Random.Next(1, 300));
            Thread.SpinWait(plan.Random.Next(200_000));
            load.ServerGoesDown();
            await server.KillAsync();
            await server.DisposeAsync();
            disk?.LosePower(plan.Random);
            server = await ServerProcess.StartAsync(folder, address, environment);
            load.ServerIsUp();
        }

        await load.MoreAsync(1);
        var faults = await load.EndAsync();
        FaultPlan.Print(load.Figures);
        await server.DisposeAsync();
        Assert.Empty(faults);
        if (TestFolder.OnPostgres)
        {
            return;
        }

        var verified = await ServerProcess.RunAsync(folder, "verify", "--data", folder.Data);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
    }
}
