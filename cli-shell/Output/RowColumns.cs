using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>The row of an event: of a history without the order after it, of a watch with it; of a snapshot the order alone.</summary>
public sealed record EventRow(long Position, OrderEvent? Event, Order? Order);

/// <summary>The columns that --columns can name. Scripts read them: names are never changed and never removed.</summary>
public static class RowColumns
{
    /// <summary>Those of orders.</summary>
    public static IReadOnlyList<RowColumn<Order>> OfOrders { get; } =
    [
        Number<Order>("id", o => o.Id),
        new("state", CellKind.Exact, o => Names.Of(o.State)),
        new("waiting_on", CellKind.Exact, o => Names.Of(o.WaitingOn)),
        new("client", CellKind.Text, o => o.Client),
        new("supplier", CellKind.Text, o => o.Supplier),
        new("name", CellKind.Text, o => o.Customer?.Name ?? ""),
        new("email", CellKind.Text, o => o.Customer?.Email ?? ""),
        new("reference", CellKind.Text, o => o.ClientReference),
        new("total", CellKind.Exact, o => Decimal(o.Quote?.Total)),
        new("currency", CellKind.Exact, o => o.Quote?.Total?.CurrencyCode ?? ""),
        new("place_time", CellKind.Exact, o => Time(o.PlaceTime)),
        new("update_time", CellKind.Exact, o => Time(o.UpdateTime)),
        new("lines", CellKind.Text, o => string.Join("; ", o.Lines.Select(line => $"{line.Description}={line.Quantity}"))),
        new("note", CellKind.Text, o => o.Note),
        new("quote_revision", CellKind.Number, o => Whole(o.Quote?.Revision ?? 0)),
        new("valid_until", CellKind.Exact, o => Time(o.Quote?.ValidUntil)),
        Number<Order>("revision", o => o.Revision),
        Number<Order>("rework_round", o => o.ReworkRound),
        new("replaces", CellKind.Number, o => Whole(o.ReplacesOrderId)),
        new("allowed", CellKind.Exact, o => string.Join(' ', o.AllowedCommands.Select(Names.Of))),
    ];

    /// <summary>The columns of orders where --columns names none.</summary>
    public static string DefaultOfOrders => "id,state,waiting_on,client,supplier,name,email,reference,total,currency,place_time,update_time";

    /// <summary>Those of events.</summary>
    public static IReadOnlyList<RowColumn<EventRow>> OfEvents { get; } =
    [
        Number<EventRow>("position", r => r.Position),
        new("order_id", CellKind.Number, r => Whole(r.Event?.OrderId ?? r.Order?.Id ?? 0)),
        new("revision", CellKind.Number, r => Whole(r.Event?.Revision ?? r.Order?.Revision ?? 0)),
        new("time", CellKind.Exact, r => Time(r.Event?.Time ?? r.Order?.UpdateTime)),
        new("event", CellKind.Exact, r => r.Event is null ? "" : Names.Of(r.Event.EventCase)),
        new("role", CellKind.Exact, r => r.Event?.Actor is { } actor ? Names.Of(actor.Role) : ""),
        new("actor", CellKind.Text, r => r.Event?.Actor?.Name ?? ""),
        new("state", CellKind.Exact, r => r.Order is null ? "" : Names.Of(r.Order.State)),
        new("reason", CellKind.Text, r => r.Event is null ? "" : EventReason.Of(r.Event)),
        new("note", CellKind.Text, r => r.Event?.OrderPlaced?.Note ?? r.Event?.RealizationReported?.Note ?? ""),
        new("total", CellKind.Exact, r => Decimal(Total(r.Event))),
        new("currency", CellKind.Exact, r => Total(r.Event)?.CurrencyCode ?? ""),
    ];

    /// <summary>The columns of events where --columns names none: all.</summary>
    public static string DefaultOfEvents => string.Join(',', OfEvents.Select(column => column.Name));

    private static RowColumn<T> Number<T>(string name, Func<T, long> value) =>
        new(name, CellKind.Number, row => value(row).ToString(CultureInfo.InvariantCulture));

    // 0 means none.
    private static string Whole(long number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Time(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Decimal(Money? money) =>
        money is null ? "" : (money.Units + (money.Nanos / 1_000_000_000m)).ToString("0.00#######", CultureInfo.InvariantCulture);

    private static Money? Total(OrderEvent? happened) => happened?.QuoteDrafted?.Total ?? happened?.QuoteSent?.Total;
}
