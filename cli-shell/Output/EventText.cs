using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Events on one line, for people.</summary>
public static class EventText
{
    /// <summary>Position, time, order, event, actor and state after it, in columns.</summary>
    public static string Line(WatchOrdersResponse message)
    {
        var happened = message.Event.Event;
        var state = Names.Of(message.Event.Order.State);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{message.Position,8}  {TimeText.Format(happened.Time)}  {happened.OrderId,6}  {Names.Of(happened.EventCase),-22}  {OrderTable.Actor(happened.Actor),-20}  {state}");
    }

    /// <summary>An order of a snapshot, in the same columns.</summary>
    public static string SnapshotLine(WatchOrdersResponse message)
    {
        var order = message.SnapshotOrder;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{message.Position,8}  {TimeText.Format(order.UpdateTime)}  {order.Id,6}  {"-",-22}  {"-",-20}  {Names.Of(order.State)}");
    }

    /// <summary>What the event says beyond its name: a reason, a note, an amount.</summary>
    public static string Detail(OrderEvent happened) => happened.EventCase switch
    {
        OrderEvent.EventOneofCase.OrderPlaced => happened.OrderPlaced.Note,
        OrderEvent.EventOneofCase.OrderRejected => happened.OrderRejected.Reason,
        OrderEvent.EventOneofCase.QuoteDrafted => Quote(happened.QuoteDrafted.QuoteRevision, MoneyText.Format(happened.QuoteDrafted.Total)),
        OrderEvent.EventOneofCase.QuoteSent => Quote(happened.QuoteSent.QuoteRevision, MoneyText.Format(happened.QuoteSent.Total)),
        OrderEvent.EventOneofCase.QuoteWithheld => Quote(happened.QuoteWithheld.QuoteRevision, happened.QuoteWithheld.Reason),
        OrderEvent.EventOneofCase.QuoteAccepted => Quote(happened.QuoteAccepted.QuoteRevision, ""),
        OrderEvent.EventOneofCase.QuoteDeclined => Quote(happened.QuoteDeclined.QuoteRevision, happened.QuoteDeclined.Reason),
        OrderEvent.EventOneofCase.QuoteRevisionRequested => Quote(happened.QuoteRevisionRequested.QuoteRevision, happened.QuoteRevisionRequested.Reason),
        OrderEvent.EventOneofCase.RealizationReported => happened.RealizationReported.Note,
        OrderEvent.EventOneofCase.RealizationRejected => happened.RealizationRejected.Reason,
        OrderEvent.EventOneofCase.OrderCancelled => happened.OrderCancelled.Reason,
        _ => "",
    };

    private static string Quote(int revision, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"#{revision} {more}").TrimEnd();
}
