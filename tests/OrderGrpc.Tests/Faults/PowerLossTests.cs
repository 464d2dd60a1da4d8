using System.Diagnostics;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

public sealed class PowerLossTests
{
    private const int CyclesPerFile = 25;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_power_goes()
    {
        FaultyDisk.SkipWithoutCompiler();
        var plan = new FaultPlan(shortForm: 4);
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < plan.Cycles; done += CyclesPerFile)
        {
            using var folder = new TestFolder();
            await KillTests.RunAsync(plan, Math.Min(CyclesPerFile, plan.Cycles - done), new FaultyDisk(folder), folder);
            FaultPlan.Print($"{Math.Min(done + CyclesPerFile, plan.Cycles)} power losses in {clock.Elapsed.TotalSeconds:F0} s");
        }
    }

    [Fact]
    public async Task The_same_test_finds_what_is_lost_when_a_commit_is_not_synced()
    {
        // synchronous=NORMAL leaves the fsync of the WAL out at commit: this disk does so in its place.
        Assert.True(await LosesAsync(disk => disk.Break("lie")) > 0, "the disk did not lose what was not synced");
    }

    [Fact]
    public async Task Each_of_a_few_orders_is_there_after_a_power_loss_right_after_its_answer()
    {
        Assert.Equal(0, await LosesAsync(_ => { }));
    }

    [Fact]
    public async Task What_a_retry_finds_done_is_on_disk_though_the_server_died_before_its_fsync()
    {
        FaultyDisk.SkipWithoutCompiler();
        using var folder = new TestFolder();
        var disk = new FaultyDisk(folder);
        var address = ServerProcess.FreeAddress();
        await using (var server = await ServerProcess.StartAsync(folder, address, disk.Environment))
        {
            using var client = server.Client();
            disk.Break("die");
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => client.PlaceAsync(requestId: "once"));
            await server.EndAsync();
            disk.Mend();
        }

        Order found;
        await using (var server = await ServerProcess.StartAsync(folder, address, disk.Environment))
        {
            using var client = server.Client();
            found = await client.PlaceAsync(requestId: "once");
            await server.KillAsync();
        }

        disk.LosePower(new Random(0));
        await using (var server = await ServerProcess.StartAsync(folder, address, disk.Environment))
        {
            using var client = server.Client();
            Assert.Equal(found, (await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = found.Id })).Order);
        }
    }

    /// <summary>Places some orders, loses the power, and says how many of them are lost.</summary>
    private static async Task<int> LosesAsync(Action<FaultyDisk> prepare)
    {
        FaultyDisk.SkipWithoutCompiler();
        using var folder = new TestFolder();
        var disk = new FaultyDisk(folder);
        var plan = new FaultPlan(shortForm: 1);
        var address = ServerProcess.FreeAddress();
        const int orders = 20;
        await using (var server = await ServerProcess.StartAsync(folder, address, disk.Environment))
        {
            using var client = server.Client();
            prepare(disk);
            for (var i = 0; i < orders; i++)
            {
                await client.PlaceAsync();
            }

            await server.KillAsync();
        }

        disk.Mend();
        disk.LosePower(plan.Random);
        await using (var server = await ServerProcess.StartAsync(folder, address, disk.Environment))
        {
            using var client = server.Client();
            var left = await client.Query.ListOrdersAsync(new ListOrdersRequest());
            FaultPlan.Print($"{left.Orders.Count} of {orders} acknowledged orders are left");
            return orders - left.Orders.Count;
        }
    }
}
