using Google.Protobuf;
using OrderGrpc.Bench.Etcd;
using OrderGrpc.Bench.Subjects;
using OrderGrpc.V1;

namespace OrderGrpc.Bench.Watching;

/// <summary>
/// What is needed to watch without decoding: where to call, and which top-level fields of
/// an answer say that the watch stands and that an event has come.
/// </summary>
public sealed record WatchProtocol(string Address, string Path, string? Token, int ReadyField, int EventField, bool KeepsRequestOpen)
{
    /// <summary>Our WatchOrders: caught_up says that it stands.</summary>
    public static WatchProtocol Ours(OrderServer server) => new(server.Address, "/ordergrpc.v1.OrderQueryService/WatchOrders", server.SupplierToken,
        WatchOrdersResponse.CaughtUpFieldNumber, WatchOrdersResponse.EventFieldNumber, KeepsRequestOpen: false);

    /// <summary>etcd's Watch, one watch on each stream; it ends when the request does.</summary>
    public static WatchProtocol Etcd(EtcdServer server, int node = 0) => new(server.Addresses[node], "/etcdserverpb.Watch/Watch", null,
        WatchResponse.CreatedFieldNumber, WatchResponse.EventsFieldNumber, KeepsRequestOpen: true);

    public static IMessage OurEverything() => new WatchOrdersRequest { Now = true };

    public static IMessage OurOrder(long id) => new WatchOrdersRequest { Now = true, OrderIds = { id } };

    public static IMessage EtcdEverything() => EtcdRange("orders/", "orders0");

    public static IMessage EtcdOrder(long number) =>
        new WatchRequest { CreateRequest = new WatchCreateRequest { Key = EtcdServer.Key(number) } };

    private static WatchRequest EtcdRange(string from, string to) => new()
    {
        CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8(from), RangeEnd = ByteString.CopyFromUtf8(to) },
    };
}
