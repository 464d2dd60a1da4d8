using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Orders as rows, for people: one table, however many pages its rows come in.</summary>
public sealed class OrderTable
{
    private const int LongestSummary = 40;
    private const int LongestUncut = 10;

    private Table? table;

    /// <summary>Prints orders; the other party's name is a column.</summary>
    public void PrintOrders(Session session, IEnumerable<Order> orders, bool showHeader = true)
    {
        var (texts, words) = (session.Texts, session.Words);
        var party = session.Role == Role.Client ? Text.ColumnSupplier : Text.ColumnClient;
        table ??= new Table(
            [
                new Column(texts[Text.ColumnOrder], Weight: 10),
                new Column(texts[Text.ColumnState], Weight: 9),
                new Column(texts[Text.ColumnWaitingOn], Weight: 5),
                new Column(texts[party], Weight: 3, Least: LongestUncut),
                new Column(texts[Text.ColumnCustomer], Weight: 8, Least: LongestUncut),
                new Column(texts[Text.ColumnLines], Weight: 4, Least: LongestUncut),
                new Column(texts[Text.ColumnTotal], Weight: 7),
                new Column(texts[Text.ColumnUpdated], Weight: 6),
            ],
            session.Printer.Width);
        var rows = orders.Select(order => (string[])[
            Number(order.Id),
            words.Of(order.State),
            words.Of(order.WaitingOn),
            session.Role == Role.Client ? order.Supplier : order.Client,
            order.Customer?.Name ?? "",
            Summary(order, words),
            words.Of(order.Quote?.Total),
            session.Times.Of(order.UpdateTime)]);
        session.Printer.Table(table, rows, showHeader);
    }

    /// <summary>Prints what waits for the reader and what can be done about it.</summary>
    public void PrintInbox(Session session, IEnumerable<Order> orders, bool showHeader = true)
    {
        var (texts, words) = (session.Texts, session.Words);
        table ??= new Table(
            [
                new Column(texts[Text.ColumnOrder], Weight: 10),
                new Column(texts[Text.ColumnState], Weight: 9),
                new Column(texts[Text.ColumnCustomer], Weight: 7, Least: LongestUncut),
                new Column(texts[Text.ColumnLines], Weight: 4, Least: LongestUncut),
                new Column(texts[Text.ColumnTotal], Weight: 6),
                new Column(texts[Text.ColumnUpdated], Weight: 5),
                new Column(texts[Text.ColumnAllowed], Weight: 8, Least: 2 * LongestUncut, BreakAt: ", "),
            ],
            session.Printer.Width);
        var rows = orders.Select(order => (string[])[
            Number(order.Id),
            words.Of(order.State),
            order.Customer?.Name ?? "",
            Summary(order, words),
            words.Of(order.Quote?.Total),
            session.Times.Of(order.UpdateTime),
            Allowed(order)]);
        session.Printer.Table(table, rows, showHeader);
    }

    private static string Allowed(Order order) =>
        string.Join(", ", order.AllowedCommands.Select(CommandLines.Of).OfType<string>());

    private static string Summary(Order order, Words words)
    {
        if (order.Lines.Count == 0)
        {
            return TextFlow.Cut(order.Note.Split('\n')[0], LongestSummary); // which says it then
        }

        var first = order.Lines[0];
        var text = first.Quantity == "1" ? first.Description : $"{words.Quantity(first.Quantity)} × {first.Description}";
        text = TextFlow.Cut(text, LongestSummary);
        return order.Lines.Count == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} (+{order.Lines.Count - 1})");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
