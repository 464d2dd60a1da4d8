using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// The document of a quote: UTF-8 lines of "key: value", ended by line feeds. The first four are id,
/// name, email and cost. What cannot be seen in a text is escaped, and a line longer than 80 columns
/// goes on indented, so that a file reads as what it is and no text draws a line of its own. When the
/// quote is sent the bytes are stored and never rendered again.
/// </summary>
public static class QuoteDocument
{
    private const int LineWidth = 80;
    private const string Indent = "    ";

    /// <summary>The document of the order's quote; the same before and after it is sent.</summary>
    public static byte[] Render(Order order)
    {
        var text = new StringBuilder();
        Line(text, "id", order.Id.ToString(CultureInfo.InvariantCulture));
        Line(text, "name", order.Customer.Name);
        Line(text, "email", order.Customer.Email);
        Line(text, "cost", Amounts.Write(order.Quote.Total));
        foreach (var line in order.Quote.Lines)
        {
            Line(text, "line", $"{line.Description}: {line.Quantity} x {Amounts.Write(line.UnitPrice)} = {Amounts.Write(line.Amount)}");
        }

        Line(text, "supplier", order.Supplier);
        Line(text, "client", order.Client);
        if (order.ClientReference.Length > 0)
        {
            Line(text, "reference", order.ClientReference);
        }

        Line(text, "revision", order.Quote.Revision.ToString(CultureInfo.InvariantCulture));
        if (order.Quote.ValidUntil is { } until)
        {
            Line(text, "valid until", until.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>SHA-256, 64 lower-case hex digits.</summary>
    public static string Digest(byte[] document) => Convert.ToHexStringLower(SHA256.HashData(document));

    private static void Line(StringBuilder text, string key, string value) =>
        Fold(text.Append(key).Append(": "), VisibleText.Value(value), LineWidth - key.Length - 2);

    // At a space where there is one, which stays: a value is its lines again without the line feeds and indents.
    private static void Fold(StringBuilder text, string value, int columns)
    {
        while (Room(value, columns) is var room && room < value.Length)
        {
            var space = value.LastIndexOf(' ', room - 1);
            var end = space > 0 ? space + 1 : room;
            text.Append(value, 0, end).Append('\n').Append(Indent);
            (value, columns) = (value[end..], LineWidth - Indent.Length);
        }

        text.Append(value).Append('\n');
    }

    // How much of the value fits. Too wide rather than too narrow: letters that may be drawn in two
    // columns count as two, and marks that are drawn over others as one.
    private static int Room(string value, int columns)
    {
        var elements = StringInfo.GetTextElementEnumerator(value);
        while (elements.MoveNext())
        {
            columns -= elements.GetTextElement().EnumerateRunes().Sum(rune => rune.Value is < 0x1100 or (>= 0x1e00 and < 0x2190) ? 1 : 2);
            if (columns < 0 && elements.ElementIndex > 0)
            {
                return elements.ElementIndex;
            }
        }

        return value.Length;
    }
}
