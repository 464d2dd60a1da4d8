using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Subscriptions;

/// <summary>What a watch is of: whose, which orders (empty for all), and which states (empty for any).</summary>
public sealed record WatchFilter(Caller Caller, IReadOnlySet<long> OrderIds, IReadOnlySet<State> States)
{
    /// <summary>The same as a filter of the log, but for the states.</summary>
    public LogFilter Log { get; } = OrderIds.Count > 0 ? new LogFilter(null, OrderIds) : new LogFilter(Caller, null);

    /// <summary>The topics that wake it.</summary>
    public IReadOnlyList<Topic> Topics { get; } = OrderIds.Count > 0 ? [.. OrderIds.Select(Topic.Of)] : [Topic.Of(Caller)];

    /// <summary>Whether this row is to be told.</summary>
    public bool Matches(LogEntry entry) =>
        Caller.MaySee(entry.Client, entry.Supplier)
        && (OrderIds.Count == 0 || OrderIds.Contains(entry.OrderId))
        && (States.Count == 0 || States.Contains(entry.State));
}
