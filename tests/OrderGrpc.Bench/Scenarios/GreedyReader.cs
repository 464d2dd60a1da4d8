using System.Globalization;
using Grpc.Core;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>
/// One caller, the supplier, reads what costs most; another, a client, gets an order and places some
/// meanwhile. On a server with its limits as they are and a heap of no more than 512 MiB, over 31,000
/// orders, six of 200 kB, and one of as much with 200 revisions.
/// </summary>
public static class GreedyReader
{
    private const int Orders = 31_000;
    private const int LargeOrders = 6;
    private const int Revisions = 200;
    private const int Watches = 1_000;
    private const int Loops = 64;
    private const int WatchesPerConnection = 80;
    private const string LargeReference = "large";
    private static readonly TimeSpan BetweenGets = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromMilliseconds(20);
    private static readonly Dictionary<string, string> SmallHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x20000000" };

    private static readonly (string Name, Func<OrderServer, long[], CancellationToken, Task> RunAsync)[] Attacks =
    [
        ("nobody reads", (_, _, _) => Task.CompletedTask),
        ("1,000 watches that match nothing", (server, _, stop) => WatchAsync(server, new() { Beginning = true, States = { Order.Types.State.Completed } }, stop)),
        ("lists that match nothing", (server, _, stop) => RepeatAsync(server, async (query, options) => await query.ListOrdersAsync(new() { Client = "nobody" }, options), stop)),
        ("watches of 1,000 orders", (server, _, stop) => RepeatAsync(server, (query, options) => BeginAsync(query, Ids(1, Watches), options), stop)),
        ("watches of an order of 200 revisions", (server, ids, stop) => WatchAsync(server, new() { Beginning = true, OrderIds = { ids[^1], 1, 2, 3 } }, stop)),
        ("1,000 watches unread", (server, ids, stop) => LeaveAsync(server, "WatchOrders", new WatchOrdersRequest { Beginning = true, OrderIds = { ids[..LargeOrders] } }, stop)),
        ("1,000 snapshots unread", (server, ids, stop) => LeaveAsync(server, "WatchOrders", new WatchOrdersRequest { Snapshot = true, OrderIds = { ids[..LargeOrders] } }, stop)),
        ("1,000 pages unread", (server, _, stop) => LeaveAsync(server, "ListOrders", new ListOrdersRequest { PageSize = 500, ClientReference = LargeReference }, stop)),
    ];

    public static async Task RunAsync(Run run) => await RunAsync(run, await OrderServer.StartAsync(run));

    /// <summary>The same on a PostgreSQL of its own, without a standby.</summary>
    public static async Task OnPostgresAsync(Run run)
    {
        await using var postgres = await PostgresServer.StartAsync(run, withStandby: false);
        if (postgres is not null)
        {
            await RunAsync(run, await OrderServer.StartOnAsync(run, await postgres.NewDatabaseAsync("orders")));
        }
    }

    private static async Task RunAsync(Run run, OrderServer server)
    {
        var ids = await FillAsync(server);
        foreach (var (name, attack) in Attacks.Where(a => a.Name.Contains(run.Options.Only ?? "", StringComparison.Ordinal)))
        {
            await server.Process.StopAsync();
            await server.DisposeAsync();
            server = await OrderServer.StartWithLimitsAsync(run, SmallHeap, server);
            await MeasureAsync(run, server, name, stop => attack(server, ids, stop));
        }

        await server.DisposeAsync();
    }

    private static async Task MeasureAsync(Run run, OrderServer server, string name, Func<CancellationToken, Task> attack)
    {
        var query = server.Clients(1, i => new OrderQueryService.OrderQueryServiceClient(i))[0];
        var place = WithinItsRate(server.PlaceCall(1));
        Func<Task<bool>> get = async () =>
        {
            await query.GetOrderAsync(new() { OrderId = 1 }, server.AsClient);
            await Task.Delay(BetweenGets);
            return true;
        };
        await Load.CountedAsync(1, 300, _ => get());
        await Load.CountedAsync(1, 100, place);
        server.Process.ResetPeakMemory();
        using var stop = new CancellationTokenSource();
        var attacking = Task.Run(() => attack(stop.Token));
        var latencies = new Latencies();
        Outcome placed;
        try
        {
            using var end = new CancellationTokenSource(run.Options.Round);
            var gets = GetAsync(end.Token);
            placed = await Load.ClosedAsync(1, run.Options.Round, place);
            await gets;
        }
        catch (RpcException e) when (server.Process.HasExited)
        {
            run.Missing($"{name}: the server died: {e.Status.Detail} {server.Process.LastOutput}");
            return;
        }
        finally
        {
            await stop.CancelAsync();
            await attacking.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        var peak = server.Process.PeakMebibytes;
        run.Add(new($"{name}: get, p99", "ms", Of(latencies.PercentileMilliseconds(99), latencies, peak), LessIsBetter: true));
        run.Add(new($"{name}: place, 1 caller", "/s", Of(placed.Figure, placed.Latencies, peak)));
        run.Add(new($"{name}: most memory", "MiB", Of(peak, new(), peak), LessIsBetter: true));

        async Task GetAsync(CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                var start = System.Diagnostics.Stopwatch.GetTimestamp();
                await WithinItsRate(async _ =>
                {
                    await query.GetOrderAsync(new() { OrderId = 1 }, server.AsClient);
                    latencies.AddSince(start);
                    return true;
                })(0);
                await Task.Delay(BetweenGets, CancellationToken.None);
            }
        }
    }

    // On a quick machine the honest caller comes to its own limit.
    private static Func<int, Task<bool>> WithinItsRate(Func<int, Task<bool>> call) => async caller =>
    {
        try
        {
            return await call(caller);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            await Task.Delay(BetweenRefusals);
            return false;
        }
    };

    private static Series Of(double figure, Latencies latencies, double peak) =>
        new("ours") { Samples = { new(new(figure, latencies, latencies.Count), 0, peak, null, 0) } };

    private static async Task<long[]> FillAsync(OrderServer server)
    {
        await Load.CountedAsync(Loops, Orders, server.PlaceCall(4));
        var client = server.Clients(1, i => new ClientService.ClientServiceClient(i))[0];
        var supplier = server.Clients(1, i => new SupplierService.SupplierServiceClient(i))[0];
        var large = OrderServer.NewOrder();
        large.ClientReference = LargeReference;
        large.Lines.Add(Enumerable.Repeat(new OrderLine { Description = Wide(), Quantity = "1" }, 99));
        var ids = new List<long>();
        for (var i = 0; i <= LargeOrders; i++)
        {
            large.RequestId = "large " + i.ToString(CultureInfo.InvariantCulture);
            large.ClientReference = i < LargeOrders ? LargeReference : "";
            ids.Add((await client.PlaceOrderAsync(large, server.AsClient)).Order.Id);
        }

        await supplier.ApproveOrderAsync(new() { OrderId = ids[^1] }, server.AsSupplier);
        var quote = new DraftQuoteRequest { OrderId = ids[^1] };
        quote.Lines.Add(Enumerable.Repeat(new QuoteLine { Description = Wide(), Quantity = "1", UnitPrice = new() { CurrencyCode = "EUR", Units = 1 } }, 99));
        for (var i = 2; i < Revisions; i++)
        {
            await supplier.DraftQuoteAsync(quote, server.AsSupplier);
        }

        return [.. ids];
    }

    private static string Wide() => string.Concat(Enumerable.Repeat("\u6728", 500));

    private static long[] Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(i => (long)i)];

    private static async Task BeginAsync(OrderQueryService.OrderQueryServiceClient query, long[] ids, CallOptions options)
    {
        using var watch = query.WatchOrders(new() { OrderIds = { ids } }, options);
        await watch.ResponseStream.MoveNext(options.CancellationToken);
    }

    // Many watches, whose frames are taken as fast as they come, and not looked at: the load shares its cores with the server.
    private static Task WatchAsync(OrderServer server, WatchOrdersRequest request, CancellationToken stop) =>
        OpenAsync(server, "WatchOrders", request, watch => watch.DrainAsync(), stop);

    // Many calls whose answers begin, and are not read.
    private static Task LeaveAsync(OrderServer server, string method, Google.Protobuf.IMessage request, CancellationToken stop) =>
        OpenAsync(server, method, request, _ => Task.Delay(Timeout.Infinite, stop), stop);

    private static async Task RepeatAsync(OrderServer server, Func<OrderQueryService.OrderQueryServiceClient, CallOptions, Task> call, CancellationToken stop)
    {
        var clients = server.Clients(4, i => new OrderQueryService.OrderQueryServiceClient(i));
        await Task.WhenAll(Enumerable.Range(0, Loops).Select(async i =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await call(clients[i % clients.Length], server.AsSupplier.WithCancellationToken(stop));
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
                {
                    await Task.Delay(BetweenRefusals, stop);
                }
            }
        }));
    }

    private static async Task OpenAsync(OrderServer server, string method, Google.Protobuf.IMessage request, Func<Watcher, Task> read, CancellationToken stop)
    {
        var protocol = WatchProtocol.Ours(server) with { Path = "/ordergrpc.v1.OrderQueryService/" + method };
        var connections = Enumerable.Range(0, (Watches / WatchesPerConnection) + 1).Select(_ => Connect()).ToList();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Watches).Select(async i =>
            {
                using var opened = await Watcher.OpenAsync(connections[i / WatchesPerConnection], protocol, request, stop);
                await read(opened);
            }));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static HttpClient Connect() =>
        new(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = false }) { Timeout = Timeout.InfiniteTimeSpan };
}
