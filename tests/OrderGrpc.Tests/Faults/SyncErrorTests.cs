using System.Diagnostics;
using Grpc.Core;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;

namespace OrderGrpc.Tests.Faults;

public sealed class SyncErrorTests
{
    [Fact]
    public async Task A_commit_that_cannot_be_synced_is_not_acknowledged_and_the_server_ends()
    {
        FaultyDisk.SkipWithoutCompiler();
        using var folder = new TestFolder();
        var disk = new FaultyDisk(folder);
        await using var server = await ServerProcess.StartAsync(folder, null, disk.Environment);
        using var client = server.Client();
        await client.PlaceAsync();
        disk.Break("fail");
        var clock = Stopwatch.StartNew();
        var failed = await Assert.ThrowsAsync<RpcException>(() => client.PlaceAsync());
        Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
        if (failed.GetRpcStatus() is not null) // on a busy machine the end may come before the answer is sent
        {
            Assert.Equal("OUTCOME_UNKNOWN", Refused.Of(failed).Reason);
        }

        Assert.Equal(ServerExitCodes.StoreFailed, await server.EndAsync());
        FaultPlan.Print($"ended {clock.ElapsedMilliseconds} ms after the command that could not be synced");
        Assert.Contains("the store failed", server.Errors, StringComparison.OrdinalIgnoreCase); // in the log, or in what the end says where the log had no time
    }

    [Fact]
    public async Task Nothing_is_acknowledged_after_an_error_of_the_disk_and_the_next_start_is_clean()
    {
        FaultyDisk.SkipWithoutCompiler();
        var plan = new FaultPlan(shortForm: 2);
        using var folder = new TestFolder();
        var disk = new FaultyDisk(folder);
        var address = ServerProcess.FreeAddress();
        var server = await ServerProcess.StartAsync(folder, address, disk.Environment);
        using var load = new Workload(server, plan.Random.Next());
        var slowest = TimeSpan.Zero;
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            await load.MoreAsync(plan.Random.Next(1, 300));
            load.ServerGoesDown();
            disk.Break("fail");
            var clock = Stopwatch.StartNew();
            Assert.Equal(ServerExitCodes.StoreFailed, await server.EndAsync());
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            await server.DisposeAsync();
            disk.Mend();

            // The error is of a disk that may have dropped what it could not write: it is gone too.
            disk.LosePower(plan.Random);
            server = await ServerProcess.StartAsync(folder, address, disk.Environment);
            load.ServerIsUp();
        }

        await load.MoreAsync(1);
        var faults = await load.EndAsync();
        await server.DisposeAsync();
        FaultPlan.Print($"{load.Figures}; ended at most {slowest.TotalMilliseconds:F0} ms after the disk broke");
        Assert.Empty(faults);
    }
}
