using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Orders and events as rows, for people.</summary>
public static class OrderTable
{
    private const int LongestSummary = 40;

    /// <summary>Prints orders; the other party's name is a column.</summary>
    public static void PrintOrders(Session session, IEnumerable<Order> orders, bool showHeader = true)
    {
        var texts = session.Texts;
        var party = session.Role == Role.Client ? Text.ColumnSupplier : Text.ColumnClient;
        session.Printer.Table(
            [texts[Text.ColumnOrder], texts[Text.ColumnState], texts[Text.ColumnWaitingOn], texts[party], texts[Text.ColumnCustomer], texts[Text.ColumnLines], texts[Text.ColumnTotal], texts[Text.ColumnUpdated]],
            orders.Select(order => (string[])[
                Number(order.Id),
                Names.Of(order.State),
                Names.Of(order.WaitingOn),
                session.Role == Role.Client ? order.Supplier : order.Client,
                order.Customer?.Name ?? "",
                Summary(order),
                MoneyText.Format(order.Quote?.Total),
                TimeText.Format(order.UpdateTime)]),
            showHeader);
    }

    /// <summary>Prints what waits for the reader and what can be done about it.</summary>
    public static void PrintInbox(Session session, IEnumerable<Order> orders)
    {
        var texts = session.Texts;
        session.Printer.Table(
            [texts[Text.ColumnOrder], texts[Text.ColumnState], texts[Text.ColumnCustomer], texts[Text.ColumnLines], texts[Text.ColumnTotal], texts[Text.ColumnUpdated], texts[Text.ColumnAllowed]],
            orders.Select(order => (string[])[
                Number(order.Id),
                Names.Of(order.State),
                order.Customer?.Name ?? "",
                Summary(order),
                MoneyText.Format(order.Quote?.Total),
                TimeText.Format(order.UpdateTime),
                string.Join(", ", order.AllowedCommands.Select(ContractNames.CommandLineOf).OfType<string>())]));
    }

    /// <summary>Prints what happened to one order.</summary>
    public static void PrintEvents(Session session, IEnumerable<OrderEvent> events, bool showHeader = true)
    {
        var texts = session.Texts;
        session.Printer.Table(
            [texts[Text.ColumnRevision], texts[Text.ColumnTime], texts[Text.ColumnEvent], texts[Text.ColumnActor], texts[Text.ColumnDetail]],
            events.Select(e => (string[])[
                Number(e.Revision),
                TimeText.Format(e.Time),
                Names.Of(e.EventCase),
                Actor(e.Actor),
                EventText.Detail(e)]),
            showHeader);
    }

    /// <summary>Such as "client acme".</summary>
    public static string Actor(Actor? actor) =>
        actor is null ? "" : $"{Names.Of(actor.Role).ToLowerInvariant()} {actor.Name}";

    private static string Summary(Order order)
    {
        if (order.Lines.Count == 0)
        {
            return "";
        }

        var first = order.Lines[0];
        var text = first.Quantity == "1" ? first.Description : $"{first.Quantity} × {first.Description}";
        var shown = new StringInfo(text);
        text = shown.LengthInTextElements > LongestSummary ? shown.SubstringByTextElements(0, LongestSummary - 1) + "…" : text;
        return order.Lines.Count == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} (+{order.Lines.Count - 1})");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
