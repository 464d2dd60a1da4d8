using System.Text;
using Google.Protobuf;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>
/// One row of the log, ready to be sent: read when somebody first asks, serialized once for each of
/// the two roles, however many watchers there are. As JSON it is kept for as long as the collector lets it:
/// those who are woken by an event share it, and it takes nothing of what the ring may. Many threads ask at once. What they fill in is one
/// word each, written whole: a number, or a reference to what never changes. Two may both make it;
/// either will do.
/// </summary>
public sealed class LogEntry(LogRow row)
{
    private int state; // 0, which no order has, until somebody asks
    private WatchFrame? forClient;
    private WatchFrame? forSupplier;
    private WeakReference<WatchFrame>? jsonForClient;
    private WeakReference<WatchFrame>? jsonForSupplier;

    public long Position => row.Position;

    /// <summary>What it may take in memory: the row, and its answer to each of the two roles.</summary>
    public int Bytes { get; } = 3 * row.Bytes;

    public long OrderId => row.OrderId;

    public string Client => row.Client;

    public string Supplier => row.Supplier;

    /// <summary>The order's state after the event.</summary>
    public State State
    {
        get
        {
            var known = (State)Volatile.Read(ref state);
            if (known == State.Unspecified)
            {
                known = OrderBytes.StateOf(row.Order);
                Volatile.Write(ref state, (int)known);
            }

            return known;
        }
    }

    /// <summary>The answer that tells this event.</summary>
    public WatchFrame FrameFor(Role role, FrameForm form)
    {
        if (form == FrameForm.Json)
        {
            return JsonFor(role);
        }

        ref var frame = ref role == Role.Client ? ref forClient : ref forSupplier;
        if (Volatile.Read(ref frame) is { } known)
        {
            return known;
        }

        var made = Frame(role, form);
        Volatile.Write(ref frame, made);
        return made;
    }

    private WatchFrame JsonFor(Role role)
    {
        ref var frame = ref role == Role.Client ? ref jsonForClient : ref jsonForSupplier;
        if (Volatile.Read(ref frame)?.TryGetTarget(out var known) == true)
        {
            return known;
        }

        var made = Frame(role, FrameForm.Json);
        Volatile.Write(ref frame, new WeakReference<WatchFrame>(made));
        return made;
    }

    private WatchFrame Frame(Role role, FrameForm form) => WatchFrame.Of(new WatchOrdersResponse
    {
        Position = row.Position,
        Event = new OrderChange
        {
            Event = Visibility.For(role, OrderEvent.Parser.ParseFrom(row.Event)),
            Order = Visibility.Read(role, row.Order),
        },
    }, form);
}

/// <summary>As what an answer is sent.</summary>
public enum FrameForm
{
    /// <summary>The bytes of the message, as gRPC has them.</summary>
    Message,

    /// <summary>Its JSON, on one line.</summary>
    Json,
}

/// <summary>A WatchOrdersResponse as bytes, which one or many watchers send.</summary>
/// <param name="Position">Where it says to resume.</param>
/// <param name="Kind">What it tells.</param>
public sealed record WatchFrame(ReadOnlyMemory<byte> Bytes, long Position, WatchOrdersResponse.MessageOneofCase Kind)
{
    /// <summary>JSON as it is written everywhere: what is empty or 0 is written too.</summary>
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>The bytes of this answer.</summary>
    public static WatchFrame Of(WatchOrdersResponse response, FrameForm form) => new(
        form == FrameForm.Json ? Encoding.UTF8.GetBytes(Json.Format(response)) : response.ToByteArray(), response.Position, response.MessageCase);
}
