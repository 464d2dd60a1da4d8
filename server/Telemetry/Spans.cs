using System.Diagnostics;

namespace OrderGrpc.Server.Telemetry;

/// <summary>
/// The source of all spans, and the names in them that are our own. A span has ids of orders and positions
/// of the log, and nothing that people wrote: neither names nor texts.
/// </summary>
public static class Spans
{
    public const string Name = "OrderGrpc";

    public const string OrderId = "ordergrpc.order.id";

    public const string Position = "ordergrpc.log.position";

    public static ActivitySource Source { get; } = new(Name, ServerVersion.Text);

    /// <summary>The span that this runs in, where it is recorded; null where nobody follows, which costs a look.</summary>
    public static Activity? Current => Source.HasListeners() && Activity.Current is { Recorded: true } current ? current : null;
}
