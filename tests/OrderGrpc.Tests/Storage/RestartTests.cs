using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using Kind = OrderGrpc.V1.WatchOrdersResponse.MessageOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Storage;

/// <summary>What is on disk after the real server's end, however it ended.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_keeps_orders_events_documents_pages_and_first_answers(bool killed)
    {
        var before = new List<Order>();
        GetQuoteDocumentResponse document;
        (Order, long) first, draft;
        string pageToken;
        var address = ServerProcess.FreeAddress();
        await using (var server = await ServerProcess.StartAsync(folder, address))
        {
            using var client = server.Client();
            using var supplier = server.Supplier();
            first = await client.SendAsync(Requests.Place(requestId: "place"));
            foreach (var state in ProcessTable.States.Select(row => row.State))
            {
                var order = await client.PlaceAsync();
                foreach (var (role, command) in ProcessTable.WayTo(state))
                {
                    await (role == Role.Client ? client : supplier).SendAsync(ProcessTable.Request(role, command, order));
                    order = await Shop.SeenByAsync(supplier, order.Id);
                }
            }

            await supplier.SendAsync(new ApproveOrderRequest { OrderId = 1 });
            draft = await supplier.SendAsync(Requests.Draft(1).With(("request_id", "draft")));
            await supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
            document = await client.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = 1 });
            var page = await client.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 4 });
            before.AddRange(page.Orders);
            pageToken = page.NextPageToken;
            if (killed)
            {
                await server.KillAsync();
            }
            else
            {
                Assert.Equal(0, await server.StopAsync());
            }
        }

        await using (var server = await ServerProcess.StartAsync(folder, address))
        {
            using var client = server.Client();
            using var supplier = server.Supplier();
            Assert.Equal(before, (await client.Query.ListOrdersAsync(new ListOrdersRequest { PageSize = 4 })).Orders);
            Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], (await client.Query.ListOrdersAsync(new ListOrdersRequest { PageToken = pageToken })).Orders.Select(o => o.Id));
            Assert.Equal(document, await client.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = 1 }));
            Assert.Equal(first, await client.SendAsync(Requests.Place(requestId: "place")));
            Assert.Equal(draft, await supplier.SendAsync(Requests.Draft(1).With(("request_id", "draft"))));
            var reused = await Refused.By(client.Client.PlaceOrderAsync(Requests.Place("other", "place")));
            Assert.Equal((StatusCode.AlreadyExists, "REQUEST_ID_REUSED"), (reused.Code, reused.Reason));
            Assert.Equal(State.InRealization, (await client.SendAsync(Requests.Accept(await Shop.SeenByAsync(client, 1)))).Order.State);
            Assert.Equal(13, (await client.PlaceAsync()).Id);
        }
    }

    [Fact]
    public async Task After_kill_9_during_load_every_answered_order_is_there_once()
    {
        var answered = new Dictionary<string, Order>();
        var address = ServerProcess.FreeAddress();
        for (var round = 0; round < 3; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder, address);
            var load = Load.Start(() => server.Client(), FormattableString.Invariant($"round-{round}"), callers: 16, wanted: 300);
            await load.IsRunningAsync();
            await server.KillAsync();
            await load.HasEndedAsync();
            foreach (var (id, order) in load.Answered)
            {
                answered.Add(id, order);
            }
        }

        await using var last = await ServerProcess.StartAsync(folder, address);
        using var client = last.Client();
        await HoldsAsync(client, answered);

        // Each retry is answered with the order it already is, and adds none.
        foreach (var (id, order) in answered.Take(50))
        {
            Assert.Equal(order, await client.PlaceAsync(id, id));
        }
    }

    [Fact]
    public async Task SIGTERM_during_load_answers_what_runs_and_closes_the_file_clean()
    {
        var address = ServerProcess.FreeAddress();
        IReadOnlyDictionary<string, Order> answered;
        await using (var server = await ServerProcess.StartAsync(folder, address))
        {
            var load = Load.Start(() => server.Client(), "load", callers: 16, wanted: 300);
            await load.IsRunningAsync();
            Assert.Equal(0, await server.StopAsync());
            await load.HasEndedAsync();
            answered = load.Answered;
        }

        Assert.Equal(["orders.db"], Directory.GetFiles(folder.Data, "orders.db*").Select(Path.GetFileName));
        await using var again = await ServerProcess.StartAsync(folder, address);
        using var client = again.Client();
        await HoldsAsync(client, answered);
    }

    // Positions and ids are 1..n without a gap, each request is there once, and what was answered is as it was answered.
    private static async Task HoldsAsync(Party client, IReadOnlyDictionary<string, Order> answered)
    {
        using var watch = new Watch(client, new WatchOrdersRequest { Beginning = true });
        var log = (await watch.UntilAsync(Kind.CaughtUp)).SkipLast(1).Select(m => m.Event).ToList();
        var count = Enumerable.Range(1, log.Count).Select(i => (long)i).ToList();
        Assert.Equal(count, log.Select(change => change.Event.Position));
        Assert.Equal(count, log.Select(change => change.Order.Id));
        var byRequest = log.ToDictionary(change => change.Order.Lines[0].Description, change => change.Order);
        Assert.True(answered.Count >= 300);
        Assert.All(answered, pair => Assert.Equal(pair.Value, byRequest[pair.Key]));
    }
}
