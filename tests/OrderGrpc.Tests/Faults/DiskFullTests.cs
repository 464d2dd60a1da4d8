using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Faults;

public sealed class DiskFullTests
{
    [Fact]
    public async Task A_full_disk_refuses_commands_and_nothing_else_until_there_is_room_again()
    {
        var plan = new FaultPlan(shortForm: 2);
        using var folder = new TestFolder();
        using var disk = SmallDisk.Mount(folder.Data);
        await using var server = await ServerProcess.StartAsync(folder);
        using var load = new Workload(server, plan.Random.Next());
        using var client = server.Client();
        for (var cycle = 0; cycle < plan.Cycles; cycle++)
        {
            await load.MoreAsync(plan.Random.Next(50, 300));
            disk.Fill();
            var placed = await PlaceUntilRefusedAsync(client);

            // Reads and watches go on.
            var got = await client.Query.GetOrderAsync(new GetOrderRequest { OrderId = 1 });
            Assert.Equal(1, got.Order.Id);
            using (var watch = new Watch(client, new WatchOrdersRequest { Beginning = true }))
            {
                var past = await watch.UntilAsync(WatchOrdersResponse.MessageOneofCase.CaughtUp);
                Assert.Equal(Enumerable.Range(1, past.Count - 1).Select(i => (long)i), past.SkipLast(1).Select(m => m.Event.Event.Position));
            }

            // And without a restart commands do too, once there is room.
            disk.Free();
            load.OthersPlaced(placed);
            await load.MoreAsync(50);
        }

        var faults = await load.EndAsync();
        FaultPlan.Print(load.Figures);
        Assert.Empty(faults);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, (await ServerProcess.RunAsync(folder, "verify", "--data", folder.Data)).ExitCode);
    }

    [Fact]
    public async Task A_server_that_stops_on_a_full_disk_ends_clean_and_starts_again()
    {
        using var folder = new TestFolder();
        using var disk = SmallDisk.Mount(folder.Data);
        await using (var server = await ServerProcess.StartAsync(folder))
        {
            using var client = server.Client();
            disk.Fill();
            await PlaceUntilRefusedAsync(client);
            Assert.Equal(0, await server.StopAsync());
        }

        disk.Free();
        await using var again = await ServerProcess.StartAsync(folder);
        using var party = again.Client();
        await party.PlaceAsync();
    }

    private static async Task<int> PlaceUntilRefusedAsync(Party client)
    {
        for (var placed = 0; ; placed++)
        {
            try
            {
                await client.PlaceAsync();
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                Assert.Equal("DISK_FULL", Refused.Of(e).Reason);
                return placed;
            }
        }
    }
}
