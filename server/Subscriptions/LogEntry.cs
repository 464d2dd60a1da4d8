using Google.Protobuf;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>
/// One row of the log, ready to be sent: parsed when somebody first asks, serialized once for each
/// of the two roles, however many watchers there are.
/// </summary>
public sealed class LogEntry(LogRow row)
{
    private State? state;
    private WatchFrame? forClient;
    private WatchFrame? forSupplier;

    public long Position => row.Position;

    /// <summary>What it may take in memory: the row, and its answer to each of the two roles.</summary>
    public int Bytes { get; } = 3 * (row.Event.Length + row.Order.Length);

    public long OrderId => row.OrderId;

    public string Client => row.Client;

    public string Supplier => row.Supplier;

    /// <summary>The order's state after the event.</summary>
    public State State => state ??= Order.Parser.ParseFrom(row.Order).State;

    /// <summary>The answer that tells this event. Two threads may both make it; either will do.</summary>
    public WatchFrame FrameFor(Role role) => role == Role.Client
        ? forClient ??= Frame(Role.Client)
        : forSupplier ??= Frame(Role.Supplier);

    private WatchFrame Frame(Role role) => WatchFrame.Of(new WatchOrdersResponse
    {
        Position = row.Position,
        Event = new OrderChange
        {
            Event = Visibility.For(role, OrderEvent.Parser.ParseFrom(row.Event)),
            Order = Visibility.For(role, Order.Parser.ParseFrom(row.Order)),
        },
    });
}

/// <summary>A WatchOrdersResponse as bytes, which one or many watchers send.</summary>
public sealed record WatchFrame(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes of this answer.</summary>
    public static WatchFrame Of(WatchOrdersResponse response) => new(response.ToByteArray());
}
