using System.Globalization;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Services;

/// <summary>How an order stands, in words.</summary>
public static class Checks
{
    public static string Order(Order order, CultureInfo culture) => Texts.Get(order.State switch
    {
        State.Placed => "CHECK_ORDER_PLACED",
        State.Rejected => "CHECK_ORDER_REJECTED",
        State.Cancelled => "CHECK_ORDER_CANCELLED",
        _ => "CHECK_ORDER_LATER",
    }, culture);

    public static string Quote(Order order, CultureInfo culture) => Texts.Get(order.State switch
    {
        State.QuoteDrafted => "CHECK_QUOTE_DRAFTED",
        State.QuoteWithheld => "CHECK_QUOTE_WITHHELD",
        State.Approved when order.Quote is not null => "CHECK_QUOTE_REVISION",
        _ when order.Quote is { SendTime: not null } => "CHECK_QUOTE_SENT",
        _ => "CHECK_QUOTE_NONE",
    }, culture);

    public static string Realization(Order order, CultureInfo culture) => Texts.Get(
        order.State is State.Realized or State.Completed ? "CHECK_REALIZATION_DONE" : "CHECK_REALIZATION_NOT_YET", culture);
}
