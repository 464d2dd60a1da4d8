using System.Globalization;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>An order in full, for people.</summary>
public sealed class OrderText(Session session)
{
    private const string Indent = "  ";

    private readonly Texts texts = session.Texts;
    private readonly Words words = session.Words;
    private readonly TimeForm times = session.Times;
    private readonly int width = session.Printer.Width;

    /// <summary>Several lines, the last of them ended.</summary>
    public string Details(Order order)
    {
        var text = new StringBuilder();
        text.Append(texts.Format(Text.OrderTitle, order.Id, words.Of(order.State), words.Awaited(order.WaitingOn))).Append('\n');
        text.Append(new OrderPath(texts, words).Line(order, width)).Append('\n');
        Field(text, Text.LabelCustomer, order.Customer is null ? "" : $"{order.Customer.Name} <{order.Customer.Email}>");
        Field(text, Text.LabelParties, $"{order.Client} → {order.Supplier}");
        Field(text, Text.LabelReference, order.ClientReference);
        Field(text, Text.LabelReplaces, order.ReplacesOrderId == 0 ? "" : Number(order.ReplacesOrderId));
        Field(text, Text.LabelPlaced, times.Of(order.PlaceTime));
        Field(text, Text.LabelUpdated, $"{times.Of(order.UpdateTime)} ({texts.Format(Text.Revision, order.Revision)})");
        Field(text, Text.LabelRework, order.ReworkRound == 0 ? "" : Number(order.ReworkRound));
        Lines(text, Text.LabelLines, order.Lines.Select(l => $"{words.Quantity(l.Quantity)} × {l.Description}"));
        Field(text, Text.LabelNote, order.Note);
        AddQuote(text, order.Quote);
        Field(text, Text.LabelRealizationNote, order.RealizationNote);
        Lines(text, Text.LabelReasons, order.Reasons.Where(r => r.Text.Length > 0).Select(ReasonText));
        Lines(text, Text.LabelAllowed, Allowed(order));
        return text.ToString();
    }

    /// <summary>What order place answers: number, result, and the lines as they were stored.</summary>
    public static string Placed(Session session, Order order, string message)
    {
        var lines = order.Lines.Select(l => $"\n{Indent}{session.Words.Quantity(l.Quantity)} × {l.Description}");
        return $"{session.Texts.Format(Text.OrderNumber, order.Id)}\n{message}{string.Concat(lines)}";
    }

    /// <summary>What the reader may do now, as command lines.</summary>
    public static IEnumerable<string> Allowed(Order order) => order.AllowedCommands
        .Select(CommandLines.Of)
        .OfType<string>()
        .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} {order.Id}"));

    private void AddQuote(StringBuilder text, Quote? quote)
    {
        if (quote is null)
        {
            return;
        }

        var sent = quote.SendTime is null ? texts[Text.QuoteNotSent] : texts.Format(Text.QuoteSentAt, times.Of(quote.SendTime));
        Field(text, Text.LabelQuote, $"{words.Of(quote.Total)} ({texts.Format(Text.Revision, quote.Revision)}, {sent})");
        Lines(text, Text.LabelQuoteLines, quote.Lines.Select(l =>
            $"{words.Quantity(l.Quantity)} × {l.Description} @ {words.Of(l.UnitPrice)} = {words.Of(l.Amount)}"));
        Field(text, Text.LabelValidUntil, times.Of(quote.ValidUntil));
        Field(text, Text.LabelDigest, Digest(quote.Digest));
    }

    // Whole where it fits: a part of it in a line of its own could pass for another.
    private string Digest(string digest) =>
        texts[Text.LabelDigest].Length + 2 + digest.Length <= width ? digest : texts.Format(Text.DigestShort, digest[..12]);

    private string ReasonText(Reason reason) =>
        $"{times.Of(reason.Time)}, {words.Of(reason.Role)}, {CommandLines.Of(reason.Command)}{words.Colon}{reason.Text}";

    private void Field(StringBuilder text, Text label, string value)
    {
        if (value.Length > 0)
        {
            // Each further line is indented, so that a note cannot pass for a field of the order.
            var lines = TextFlow.Wrap(texts[label] + words.Colon + value, width - Indent.Length);
            text.Append(string.Join("\n" + Indent, lines)).Append('\n');
        }
    }

    private void Lines(StringBuilder text, Text label, IEnumerable<string> values)
    {
        var first = true;
        foreach (var value in values)
        {
            text.Append(first ? texts[label] + words.Colon.TrimEnd() + "\n" : "");
            var lines = TextFlow.Wrap(value, width - (2 * Indent.Length));
            text.Append(Indent).Append(string.Join("\n" + Indent + Indent, lines)).Append('\n');
            first = false;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
