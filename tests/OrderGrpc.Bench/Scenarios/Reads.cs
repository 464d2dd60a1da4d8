using Google.Protobuf;
using OrderGrpc.Bench.Etcd;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Scenarios;

/// <summary>Reading what has been written: one order's state, and a page of orders.</summary>
public static class Reads
{
    private const int Orders = 2_000;
    private const int Writers = 64;
    private const int ConnectionCount = 4;
    private const int CheckCallers = 64;
    private const int ListCallers = 16;
    private const int PageSize = 50;

    public static async Task CheckAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        await using var prototype = await PrototypeServer.StartAsync(run);
        await Load.CountedAsync(Writers, Orders, ours.PlaceCall(ConnectionCount));
        var check = CheckCall(ours, ConnectionCount, Orders);
        var contenders = new List<Contender> { new("ours", ours.Process, time => Load.ClosedAsync(CheckCallers, time, check)) };
        if (etcd is not null)
        {
            await Load.CountedAsync(Writers, Orders, etcd.PutCall(ConnectionCount));
            var get = RangeCall(etcd, 1);
            contenders.Add(new("etcd get", etcd.Process, time => Load.ClosedAsync(CheckCallers, time, get)));
        }

        if (prototype is not null)
        {
            // Ready took one order; the prototype reads that one: it takes no less time than another.
            contenders.Add(new("prototype", prototype.Process, time => Load.ClosedAsync(CheckCallers, time, _ => prototype.CheckAsync(1))));
        }

        Place.Report(run, "check, 64 callers on 4", await Rounds.InterleaveAsync(run.Options, contenders));
    }

    public static async Task ListAsync(Run run)
    {
        await using var ours = await OrderServer.StartAsync(run);
        await using var etcd = await EtcdServer.StartAsync(run);
        await Load.CountedAsync(Writers, Orders, ours.PlaceCall(ConnectionCount));
        var list = ListCall(ours);
        var contenders = new List<Contender> { new("ours", ours.Process, time => Load.ClosedAsync(ListCallers, time, list)) };
        if (etcd is not null)
        {
            await Load.CountedAsync(Writers, Orders, etcd.PutCall(ConnectionCount));
            var range = RangeCall(etcd, PageSize);
            contenders.Add(new("etcd range", etcd.Process, time => Load.ClosedAsync(ListCallers, time, range)));
        }

        Place.Report(run, "list pages of 50, 16 callers on 4", await Rounds.InterleaveAsync(run.Options, contenders));
    }

    /// <summary>Checks one of the first so many orders, another each time.</summary>
    public static Func<int, Task<bool>> CheckCall(OrderServer server, int connections, long orders)
    {
        var clients = server.Clients(connections, i => new OrderQueryService.OrderQueryServiceClient(i));
        var options = server.AsClient;
        long calls = 0;
        return async caller =>
        {
            var id = Spread(Interlocked.Increment(ref calls), orders);
            await clients[caller % connections].CheckOrderAsync(new CheckOrderRequest { OrderId = id }, options).ConfigureAwait(false);
            return true;
        };
    }

    /// <summary>Reads the first page of the orders.</summary>
    public static Func<int, Task<bool>> ListCall(OrderServer server)
    {
        var clients = server.Clients(ConnectionCount, i => new OrderQueryService.OrderQueryServiceClient(i));
        var options = server.AsClient;
        return async caller =>
        {
            var page = await clients[caller % ConnectionCount].ListOrdersAsync(new ListOrdersRequest { PageSize = PageSize }, options).ConfigureAwait(false);
            return page.Orders.Count == PageSize;
        };
    }

    /// <summary>etcd's read of a key, or of so many keys from one on; it sees every write that was answered, as ours does.</summary>
    private static Func<int, Task<bool>> RangeCall(EtcdServer server, int keys)
    {
        var clients = server.Clients(ConnectionCount, i => new KV.KVClient(i));
        var end = keys == 1 ? ByteString.Empty : ByteString.CopyFromUtf8("orders0");
        long calls = 0;
        return async caller =>
        {
            var from = EtcdServer.Key(Spread(Interlocked.Increment(ref calls), Orders - keys));
            var answer = await clients[caller % ConnectionCount]
                .RangeAsync(new RangeRequest { Key = from, RangeEnd = end, Limit = keys }).ConfigureAwait(false);
            return answer.Kvs.Count == keys;
        };
    }

    /// <summary>A number from 1 to most that jumps about: a prime step, so that all come in turn.</summary>
    private static long Spread(long call, long most)
    {
        const long Step = 7_919;
        return (call * Step % most) + 1;
    }
}
