using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using OrderGrpc.Bench.Etcd;
using OrderGrpc.Bench.Health;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.Bench.Watching;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage.Sqlite;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>How much of the cost is not ours: an empty call on the same server, and another generator.</summary>
public static partial class Ceiling
{
    private const int Callers = 64;
    private const int ConnectionCount = 4;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>PlaceOrder beside the health check, which does nothing: the ratio is what is left of the ceiling.</summary>
    public static async Task EmptyCallAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        var place = ours.PlaceCall(ConnectionCount);
        var clients = ours.Clients(ConnectionCount, i => new Bench.Health.Health.HealthClient(i));
        var series = await Rounds.InterleaveAsync(run.Options,
            new Contender("ours", ours.Process, time => Load.ClosedAsync(Callers, time, place)),
            new Contender("empty call", ours.Process, time => Load.ClosedAsync(Callers, time, async caller =>
            {
                await clients[caller % ConnectionCount].CheckAsync(new HealthCheckRequest()).ConfigureAwait(false);
                return true;
            })));
        Place.Report(run, "place, 64 callers on 4, of the ceiling", series);
    }

    /// <summary>PlaceOrder beside the same commands given to the queue of a store in this process.</summary>
    public static async Task StoreAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        var place = ours.PlaceCall(ConnectionCount);
        using var store = new SqliteOrderStore(run.NewFolder("store"));
        await using var queue = new CommandQueue(store, TimeProvider.System, Callers, new QueueLimits(), e => throw e);
        var caller = new Caller(Role.Client, "client");
        var series = await Rounds.InterleaveAsync(run.Options,
            new Contender("ours", ours.Process, time => Load.ClosedAsync(Callers, time, place)),
            new Contender("store alone", ServerProcess.This, time => Load.ClosedAsync(Callers, time, async _ =>
            {
                var order = OrderServer.NewOrder();
                order.Supplier = "supplier";
                return (await queue.RunAsync(new PendingCommand(order, caller, null, CancellationToken.None)).ConfigureAwait(false)).Refusal is null;
            })));
        Place.Report(run, "place, 64 callers on 4, of the store", series);
    }

    /// <summary>h2load costs less than our generator, so more of the two cores is left to the server.</summary>
    public static async Task H2LoadAsync(Run run)
    {
        if (Executable.Find("h2load") is not { } h2load)
        {
            run.Missing("h2load is not installed (Debian: nghttp2-client)");
            return;
        }

        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);

        // The body is the same each time, so it may not name a request.
        var order = OrderServer.NewOrder();
        order.RequestId = "";
        var contenders = new List<Contender>
        {
            H2Load(run, h2load, "ours", ours.Process, ours.Address + "/ordergrpc.v1.ClientService/PlaceOrder", order, ours.ClientToken, () => PositionAsync(ours)),
        };
        if (etcd is not null)
        {
            var kv = etcd.Clients(1, i => new KV.KVClient(i))[0];
            contenders.Add(H2Load(run, h2load, "etcd put", etcd.Process, etcd.Address + "/etcdserverpb.KV/Put", EtcdServer.PutOf(1), null,
                async () => (await kv.RangeAsync(new RangeRequest { Key = EtcdServer.Key(1) })).Kvs.FirstOrDefault()?.Version ?? 0));
        }

        Place.Report(run, "place by h2load, 64 callers on 4", await Rounds.InterleaveAsync(run.Options, contenders));
    }

    /// <summary>
    /// h2load sees only HTTP's status, which is 200 for a refused call too; so what counts
    /// is how far the server's own count has moved.
    /// </summary>
    private static Contender H2Load(
        Run run, string h2load, string name, ServerProcess process, string url, IMessage request, string? token, Func<Task<long>> count)
    {
        var body = Path.Combine(run.NewFolder("h2load"), "body");
        File.WriteAllBytes(body, GrpcFrames.Frame(request.ToByteArray()));
        return new(name, process, async time =>
        {
            var seconds = ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            string[] arguments =
            [
                "-D", seconds, "-c", Text(ConnectionCount), "-m", Text(Callers / ConnectionCount), "-d", body,
                "-H", "content-type: application/grpc", "-H", "te: trailers",
                .. token is null ? Array.Empty<string>() : ["-H", "authorization: Bearer " + token],
                url,
            ];
            var before = await count();
            var (_, output) = await Executable.RunAsync(h2load, arguments, time + Grace);
            var done = await count() - before;
            var rate = Finished().Match(output);
            return rate.Success
                ? new Outcome(done / double.Parse(seconds, CultureInfo.InvariantCulture), new(), done)
                : throw new InvalidOperationException($"h2load: {output}");
        });
    }

    private static async Task<long> PositionAsync(OrderServer server)
    {
        var client = server.Clients(1, i => new ClientService.ClientServiceClient(i))[0];
        return (await client.PlaceOrderAsync(OrderServer.NewOrder(), server.AsClient)).Position;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in")]
    private static partial Regex Finished();
}
