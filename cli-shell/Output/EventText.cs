using System.Globalization;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>What happened, for people: the rows of a watch, and the history of an order as a talk.</summary>
public sealed class EventText(Session session)
{
    // Columns from which on a watch has room for the whole time.
    private const int FullTimes = 70;

    private readonly Table watch = new(
        [
            new Column(session.Texts[Text.ColumnPosition], Weight: 2, ToRight: true),
            new Column(session.Texts[Text.ColumnTime], Weight: 4, Expected: session.Printer.Width < FullTimes ? 11 : 19),
            new Column(session.Texts[Text.ColumnOrder], Weight: 9, Expected: 6, ToRight: true),
            new Column(session.Texts[Text.ColumnEvent], Weight: 8, Expected: 22),
            new Column(session.Texts[Text.ColumnActor], Weight: 3, Expected: 20, Least: 12),
            new Column(session.Texts[Text.ColumnState], Weight: 7, Expected: 14),
        ],
        session.Printer.Width);

    private bool headerPrinted;
    private int whenWidth;
    private int whoWidth;

    /// <summary>Prints an event of a watch, or an order of its snapshot, as a row.</summary>
    public void PrintRow(WatchOrdersResponse message)
    {
        var happened = message.Event?.Event;
        var order = message.Event?.Order ?? message.SnapshotOrder;
        session.Printer.Table(
            watch,
            [[
                Number(message.Position),
                session.Times.OfLasting(happened?.Time ?? order.UpdateTime, withSeconds: session.Printer.Width >= FullTimes),
                Number(order.Id),
                happened is null ? "-" : session.Words.Of(happened.EventCase),
                happened is null ? "-" : session.Words.Of(happened.Actor),
                session.Words.Of(order.State),
            ]],
            showHeader: !headerPrinted);
        headerPrinted = true;
    }

    /// <summary>Prints events of one order: when, who, and what they did and said.</summary>
    public void PrintTalk(IEnumerable<OrderEvent> events)
    {
        var told = events.Select(e => (When: session.Times.Of(e.Time), Who: session.Words.Of(e.Actor), What: What(e))).ToList();
        whenWidth = Math.Max(whenWidth, told.Max(t => CellWidth.Of(t.When)));
        whoWidth = Math.Max(whoWidth, told.Max(t => CellWidth.Of(t.Who)));
        var longestWho = Math.Min(whoWidth, session.Printer.Width / 4);
        foreach (var (when, who, what) in told)
        {
            var margin = $"{Padded(when, whenWidth)}  {Padded(TextFlow.Cut(who, longestWho), longestWho)}  ";
            session.Printer.Block(TextFlow.Hang(margin, what, session.Printer.Width));
        }
    }

    private string What(OrderEvent happened)
    {
        var did = session.Words.Did(happened);
        return Said(happened) is { Length: > 0 } said ? did + session.Words.Colon + said : did;
    }

    private static string Padded(string text, int columns) => text + new string(' ', Math.Max(0, columns - CellWidth.Of(text)));

    // In their own words: a reason, a note.
    private static string Said(OrderEvent happened) =>
        happened.OrderPlaced?.Note ?? happened.RealizationReported?.Note ?? EventReason.Of(happened);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
