using System.Globalization;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>An order in full, for people.</summary>
public sealed class OrderText(Texts texts)
{
    private const string Indent = "  ";

    /// <summary>Several lines, the last of them ended.</summary>
    public string Details(Order order)
    {
        var text = new StringBuilder();
        var waiting = Names.Of(order.WaitingOn);
        text.Append(texts.Format(Text.OrderTitle, order.Id, Names.Of(order.State), waiting)).Append('\n');
        Field(text, Text.LabelCustomer, order.Customer is null ? "" : $"{order.Customer.Name} <{order.Customer.Email}>");
        Field(text, Text.LabelParties, $"{order.Client} → {order.Supplier}");
        Field(text, Text.LabelReference, order.ClientReference);
        Field(text, Text.LabelReplaces, order.ReplacesOrderId == 0 ? "" : Number(order.ReplacesOrderId));
        Field(text, Text.LabelPlaced, TimeText.Format(order.PlaceTime));
        Field(text, Text.LabelUpdated, $"{TimeText.Format(order.UpdateTime)} ({texts.Format(Text.Revision, order.Revision)})");
        Field(text, Text.LabelRework, order.ReworkRound == 0 ? "" : Number(order.ReworkRound));
        Lines(text, Text.LabelLines, order.Lines.Select(l => $"{l.Quantity} × {l.Description}"));
        Field(text, Text.LabelNote, order.Note);
        AddQuote(text, order.Quote);
        Field(text, Text.LabelRealizationNote, order.RealizationNote);
        Lines(text, Text.LabelReasons, order.Reasons.Where(r => r.Text.Length > 0).Select(ReasonText));
        Lines(text, Text.LabelAllowed, Allowed(order));
        return text.ToString();
    }

    /// <summary>What order place answers: number, result, and the lines as they were stored.</summary>
    public static string Placed(Texts texts, Order order, string message)
    {
        var lines = order.Lines.Select(l => $"\n{Indent}{l.Quantity} × {l.Description}");
        return $"{texts.Format(Text.OrderNumber, order.Id)}\n{message}{string.Concat(lines)}";
    }

    /// <summary>What the reader may do now, as command lines.</summary>
    public static IEnumerable<string> Allowed(Order order) => order.AllowedCommands
        .Select(ContractNames.CommandLineOf)
        .OfType<string>()
        .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} {order.Id}"));

    private void AddQuote(StringBuilder text, Quote? quote)
    {
        if (quote is null)
        {
            return;
        }

        var sent = quote.SendTime is null ? texts[Text.QuoteNotSent] : texts.Format(Text.QuoteSentAt, TimeText.Format(quote.SendTime));
        Field(text, Text.LabelQuote, $"{MoneyText.Format(quote.Total)} ({texts.Format(Text.Revision, quote.Revision)}, {sent})");
        Lines(text, Text.LabelQuoteLines, quote.Lines.Select(l =>
            $"{l.Quantity} × {l.Description} @ {MoneyText.Format(l.UnitPrice)} = {MoneyText.Format(l.Amount)}"));
        Field(text, Text.LabelValidUntil, TimeText.Format(quote.ValidUntil));
        Field(text, Text.LabelDigest, quote.Digest);
    }

    private static string ReasonText(Reason reason) =>
        $"{TimeText.Format(reason.Time)} {Names.Of(reason.Role)}, {ContractNames.CommandLineOf(reason.Command)}: {reason.Text}";

    private void Field(StringBuilder text, Text label, string value)
    {
        if (value.Length > 0)
        {
            // Each further line is indented, so that a note cannot pass for a field of the order.
            text.Append(texts[label]).Append(": ").Append(value.Replace("\n", "\n" + Indent, StringComparison.Ordinal)).Append('\n');
        }
    }

    private void Lines(StringBuilder text, Text label, IEnumerable<string> values)
    {
        var first = true;
        foreach (var value in values)
        {
            text.Append(first ? texts[label] + ":\n" : "");
            text.Append(Indent).Append(value.Replace("\n", "\n" + Indent + Indent, StringComparison.Ordinal)).Append('\n');
            first = false;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
