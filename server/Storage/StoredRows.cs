using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Storage;

/// <summary>Names a request and its content.</summary>
public sealed record RequestKey(Caller Caller, string RequestId, byte[] ContentHash);

/// <summary>A request that was done: its content, and what it came to.</summary>
public sealed record RecordedRequest(byte[] ContentHash, long Position, Order Order);

/// <summary>A row of the log, as bytes of its messages.</summary>
public sealed record LogRow(long Position, long OrderId, string Client, string Supplier, byte[] Event, byte[] Order)
{
    /// <summary>The bytes of both messages.</summary>
    public int Bytes => Event.Length + Order.Length;
}

/// <summary>What a slice was of work: the rows that it looked at, and the bytes of those that it read.</summary>
public readonly record struct ReadWork(int Rows, long Bytes);

/// <summary>Rows of the log, and the position up to which there are no others that match.</summary>
public sealed record LogPage(IReadOnlyList<LogRow> Rows, long ReadTo, ReadWork Work = default);

/// <summary>Orders of a list. Up to LastId, in the query's direction, there are no others that match; at the end there are none at all.</summary>
public sealed record OrderSlice(IReadOnlyList<byte[]> Orders, long LastId, bool IsEnd, ReadWork Work);

/// <summary>Events of one order; at the end there are no more.</summary>
public sealed record EventSlice(IReadOnlyList<OrderEvent> Events, bool IsEnd, ReadWork Work);

/// <summary>Orders of a snapshot, as bytes of their messages; at the end there are no more.</summary>
public sealed record SnapshotSlice(IReadOnlyList<(long Id, byte[] Order)> Orders, bool IsEnd, ReadWork Work);

/// <summary>The frozen document of a quote that was sent.</summary>
public sealed record SentDocument(int QuoteRevision, byte[] Content);

/// <summary>Whose rows: of these orders, else of this party, else all.</summary>
public sealed record LogFilter(Caller? Party, IReadOnlyCollection<long>? OrderIds)
{
    /// <summary>The whole log.</summary>
    public static LogFilter All { get; } = new(null, null);
}

/// <summary>A page of orders of one party: what each must be, after which id, and how many.</summary>
public sealed record OrderQuery(Caller Party, IReadOnlyCollection<State> States, int Limit)
{
    public string Client { get; init; } = "";

    public string ClientReference { get; init; } = "";

    public TimeRange Placed { get; init; }

    public TimeRange Updated { get; init; }

    public bool OldestFirst { get; init; }

    /// <summary>The last id of the page before; null for the first page.</summary>
    public long? AfterId { get; init; }
}

/// <summary>From a time, before another; null for no bound.</summary>
public readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? Before);
