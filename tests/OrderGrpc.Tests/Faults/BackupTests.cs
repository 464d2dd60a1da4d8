using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;

namespace OrderGrpc.Tests.Faults;

public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_made_while_orders_are_written_is_whole_and_starts_and_is_a_prefix_of_the_log()
    {
        var plan = new FaultPlan(shortForm: 2);
        using var folder = new TestFolder();
        await using var server = await ServerProcess.StartAsync(folder, null, Workload.Unlimited);
        using var load = new Workload(server, plan.Random.Next());
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            await load.MoreAsync(plan.Random.Next(20, 200));
            var backup = await ServerProcess.RunAsync(folder, "backup", folder.File($"copy{cycle}.db"), "--data", folder.Data);
            Assert.True(backup.ExitCode == 0, backup.Errors);
            await load.MoreAsync(20);
        }

        Assert.Empty(await load.EndAsync());
        using var supplier = server.Supplier();
        var log = await ReadLogAsync(supplier);
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            var copied = await StartAndReadAsync(folder.File($"copy{cycle}.db"));
            FaultPlan.Print($"a backup of {copied.Count} events, the log in the end of {log.Count}");
            Assert.True(copied.Count < log.Count);
            Assert.Equal(log.Take(copied.Count), copied);
        }
    }

    private static async Task<List<WatchOrdersResponse>> StartAndReadAsync(string backup)
    {
        using var folder = new TestFolder();
        var verified = await ServerProcess.RunAsync(folder, "verify", backup);
        Assert.True(verified.ExitCode == 0, verified.Output);
        Directory.CreateDirectory(folder.Data);
        File.Copy(backup, Path.Combine(folder.Data, "orders.db"));
        await using var server = await ServerProcess.StartAsync(folder, null, Workload.Unlimited);
        using var supplier = server.Supplier();
        return await ReadLogAsync(supplier);
    }

    private static async Task<List<WatchOrdersResponse>> ReadLogAsync(Party party)
    {
        using var watch = new Watch(party, new WatchOrdersRequest { Beginning = true });
        return [.. (await watch.UntilAsync(Kind.CaughtUp)).SkipLast(1)];
    }
}
