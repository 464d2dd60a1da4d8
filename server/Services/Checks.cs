using System.Globalization;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Services;

/// <summary>How an order stands, in words.</summary>
public static class Checks
{
    /// <summary>How the verification of the order stands.</summary>
    public static string Order(Order order, CultureInfo culture) => ServerTexts.Get(order.State switch
    {
        State.Placed => "CHECK_ORDER_PLACED",
        State.Rejected => "CHECK_ORDER_REJECTED",
        State.Cancelled => "CHECK_ORDER_CANCELLED",
        _ => "CHECK_ORDER_LATER",
    }, culture);

    /// <summary>How the quote stands now. One that was never sent says nothing once the order has ended: then the order does.</summary>
    public static string Quote(Order order, Role reader, DateTimeOffset now, CultureInfo culture)
    {
        var sent = order.Quote is { SendTime: not null };
        return order.State switch
        {
            State.QuoteDrafted => ServerTexts.Get("CHECK_QUOTE_DRAFTED", culture),
            State.QuoteWithheld => ServerTexts.Get("CHECK_QUOTE_WITHHELD", culture),
            State.QuoteDeclined => ServerTexts.Get(reader == Role.Client ? "CHECK_QUOTE_DECLINED" : "CHECK_QUOTE_DECLINED_BY_CLIENT", culture),
            State.QuoteSent when PassedTime.HasExpired(order, now) => ServerTexts.Get("CHECK_QUOTE_EXPIRED", culture),
            State.Approved when order.Quote is not null => ServerTexts.Get("CHECK_QUOTE_REVISION", culture),
            State.Rejected or State.Cancelled when !sent => Order(order, culture),
            _ => ServerTexts.Get(sent ? "CHECK_QUOTE_SENT" : "CHECK_QUOTE_NONE", culture),
        };
    }

    /// <summary>How the realization stands.</summary>
    public static string Realization(Order order, CultureInfo culture) => ServerTexts.Get(
        order.State is State.Realized or State.Completed ? "CHECK_REALIZATION_DONE" : "CHECK_REALIZATION_NOT_YET", culture);
}
