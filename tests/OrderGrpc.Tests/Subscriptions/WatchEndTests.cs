using Grpc.Core;
using OrderGrpc.Server;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Subscriptions;

/// <summary>How a watch ends while its reader is slow, and what it had of large orders until then.</summary>
public sealed class WatchEndTests
{
    private const int Orders = 2000; // more than the stream's window holds

    [Fact]
    public async Task A_watch_that_is_cut_during_a_write_ends_with_unavailable()
    {
        await using var server = await StartAsync();
        using var client = server.Client();
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        await watch.NextAsync(); // and no more: the server waits in a write
        var stopping = server.StopAsync();
        var refused = Refused.Of(await watch.ErrorAsync());
        Assert.Equal((StatusCode.Unavailable, "SHUTTING_DOWN"), (refused.Code, refused.Reason));
        await stopping;
    }

    [Fact]
    public async Task A_watch_whose_token_is_revoked_during_a_write_ends_with_that()
    {
        await using var server = await StartAsync();
        var token = server.Issue(Role.Client, "client");
        using var client = new Party(server.Address, token);
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        await watch.NextAsync(); // and no more: the server waits in a write
        server.Revoke(token);
        server.Time.Advance(ServerLimits.Default.Tokens.TokenCheckInterval);
        var refused = Refused.Of(await watch.ErrorAsync());
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_REVOKED"), (refused.Code, refused.Reason));
    }

    [Fact]
    public async Task A_watch_whose_reader_never_reads_on_ends_with_unavailable_too()
    {
        await using var server = await StartAsync();
        using var client = server.Client();
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        await watch.NextAsync();
        await server.StopAsync();
        Assert.Equal(StatusCode.Unavailable, (await watch.ErrorAsync()).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Orders_that_are_larger_than_a_piece_come_whole_to_readers_that_keep_nothing_waiting(bool snapshot)
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();
        using var supplier = server.Supplier();
        var request = Requests.Place();
        request.Lines.Add(Enumerable.Repeat(new OrderLine { Description = new string('\u6728', 500), Quantity = "1" }, 99));
        var placed = new List<Order>();
        for (var i = 0; i < 12; i++)
        {
            placed.Add((await client.Client.PlaceOrderAsync(request)).Order);
        }

        // All begin and none reads on: together they are behind by more than may be kept.
        var watches = Enumerable.Range(0, 30).Select(_ => new Watch(supplier, snapshot ? new WatchOrdersRequest { Snapshot = true } : new WatchOrdersRequest { Beginning = true })).ToList();
        await Task.WhenAll(watches.Select(watch => watch.NextAsync()));
        foreach (var watch in watches)
        {
            for (var i = 1; i < placed.Count; i++)
            {
                var told = await watch.NextAsync();
                Assert.Equal(placed[i].Lines, (snapshot ? told.SnapshotOrder : told.Event.Order).Lines);
            }

            watch.Dispose();
        }
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(options =>
        StoredOrders.FillAsync(options.Data, Orders).GetAwaiter().GetResult());
}
