using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Subscriptions;

public sealed class ReconnectTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_watcher_reads_through_a_restart_and_a_kill_9_without_a_gap_or_a_double()
    {
        var address = ServerProcess.FreeAddress();
        var answered = new Dictionary<string, Order>();
        using var stop = new CancellationTokenSource();
        var server = await ServerProcess.StartAsync(folder, address);
        var (client, supplier) = (server.Token("client"), server.Token("supplier"));
        Task<List<OrderChange>>[] readers = [ReadAsync(address, client, stop.Token), ReadAsync(address, supplier, stop.Token)];

        foreach (var kill in new[] { false, true, false, true })
        {
            var load = Load.Start(() => new Party(address, client), FormattableString.Invariant($"load-{answered.Count}"), callers: 8, wanted: 200);
            await load.IsRunningAsync();
            if (kill)
            {
                await server.KillAsync();
            }
            else
            {
                Assert.Equal(0, await server.StopAsync());
            }

            await load.HasEndedAsync();
            await server.DisposeAsync();
            foreach (var (id, order) in load.Answered)
            {
                answered.Add(id, order);
            }

            server = await ServerProcess.StartAsync(folder, address);
        }

        await using (server)
        {
            using var last = new Party(address, client);
            var head = (await last.PlaceAsync("the last")).Id;
            foreach (var reader in readers)
            {
                var told = await reader.WaitAsync(Deadlines.Patience);
                Assert.Equal(Enumerable.Range(1, (int)head).Select(i => (long)i), told.Select(change => change.Event.Position));
                var byRequest = told.ToDictionary(change => change.Order.Lines[0].Description, change => change.Order);
                Assert.All(answered, pair => Assert.Equal(pair.Value.Id, byRequest[pair.Key].Id));
            }
        }
    }

    // What every client does: remember the position of what was handled, and go on after it.
    private static async Task<List<OrderChange>> ReadAsync(string address, string token, CancellationToken cancellation)
    {
        var told = new List<OrderChange>();
        var position = 0L;
        using var party = new Party(address, token);
        while (true)
        {
            try
            {
                using var watch = party.Query.WatchOrders(
                    new WatchOrdersRequest { AfterPosition = position }, new CallOptions(cancellationToken: cancellation).WithWaitForReady());
                while (await watch.ResponseStream.MoveNext(cancellation))
                {
                    var message = watch.ResponseStream.Current;
                    position = message.Position;
                    if (message.Event is { } change)
                    {
                        told.Add(change);
                        if (change.Order.Lines[0].Description == "the last")
                        {
                            return told;
                        }
                    }
                }

                Assert.Fail("the stream ended without saying why");
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
            {
                await Task.Yield(); // the server stopped, or was killed: again, after the last position
            }
        }
    }
}
