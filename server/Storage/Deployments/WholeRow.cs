using Google.Protobuf.WellKnownTypes;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Storage.Deployments;

/// <summary>A row of the log with all that is kept of it: its request, if it had an id, and the document where it sent a quote.</summary>
public sealed record WholeRow(LogRow Row, long Revision, StoredRequest? Request)
{
    /// <summary>The document of the quote that it sent; null for none.</summary>
    public byte[]? Document { get; init; }

    /// <summary>The revision of the quote that it sent; null for none.</summary>
    public int? SentQuote => OrderEvent.Parser.ParseFrom(Row.Event).QuoteSent?.QuoteRevision;

    /// <summary>Whether both are the same in every column.</summary>
    public bool IsSameAs(WholeRow other) =>
        (Row.Position, Row.OrderId, Row.Client, Row.Supplier, Revision, Request?.Caller)
            == (other.Row.Position, other.Row.OrderId, other.Row.Client, other.Row.Supplier, other.Revision, other.Request?.Caller)
        && Same(Row.Event, other.Row.Event) && Same(Row.Order, other.Row.Order)
        && Same(Request?.Id, other.Request?.Id) && Same(Request?.Hash, other.Request?.Hash) && Same(Document, other.Document);

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

/// <summary>The request that a row came from: whose, its id in UTF-8, and the hash of its content.</summary>
public sealed record StoredRequest(string Caller, byte[] Id, byte[] Hash);

/// <summary>The columns of an order: what queries need of it.</summary>
public sealed record OrderColumns(string Client, string Supplier, int State, string ClientReference, long PlaceTime, long UpdateTime, long Position)
{
    /// <summary>Those of an order after its last event, at this position.</summary>
    public static OrderColumns Of(Order order, long position) => new(
        order.Client, order.Supplier, (int)order.State, order.ClientReference, Micros(order.PlaceTime), Micros(order.UpdateTime), position);

    // Of a damaged order there may be none.
    private static long Micros(Timestamp? time) => time is null ? 0 : StoredTime.Micros(time.ToDateTimeOffset());
}

/// <summary>A row of the table of replacements, with the event that placed the replacing order, or null, and whether both orders are of one client.</summary>
public sealed record ReplacementRow(long OrderId, long Replacement, byte[]? Placed, bool IsOneClients);

/// <summary>How many rows there are, and how far the log goes.</summary>
public sealed record RowCounts(long Events, long FirstPosition, long LastPosition, long Orders, long Documents);
