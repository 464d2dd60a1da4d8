using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// The document of a quote: UTF-8 lines of "key: value", ended by line feeds. The first four are id,
/// name, email and cost. What cannot be seen in a text is escaped, so that a file reads as what it is. When the quote is sent the bytes are stored and never rendered again.
/// </summary>
public static class QuoteDocument
{
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
        text.Append(key).Append(": ").Append(VisibleText.Value(value)).Append('\n');
}
