using System.Text.RegularExpressions;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Lines of orders and quotes as people write them: Gate=2, Gate=2@4.50.</summary>
public static partial class LineText
{
    private const string One = "1";

    /// <summary>
    /// "DESC=QTY": split at the last '=' where a decimal follows; else all of it is the description
    /// and the quantity is 1.
    /// </summary>
    public static OrderLine ParseOrderLine(string text)
    {
        var (description, quantity) = Split(text);
        return new OrderLine { Description = description, Quantity = quantity };
    }

    /// <summary>"DESC=QTY@PRICE" or "DESC@PRICE": split at the last '@', then as an order's line.</summary>
    public static bool TryParseQuoteLine(string text, string currency, out QuoteLine line)
    {
        line = new QuoteLine();
        var at = text.LastIndexOf('@');
        if (at < 0 || !MoneyText.TryParse(text[(at + 1)..], currency, out var price))
        {
            return false;
        }

        (line.Description, line.Quantity) = Split(text[..at]);
        line.UnitPrice = price;
        return true;
    }

    private static (string Description, string Quantity) Split(string text)
    {
        var equals = text.LastIndexOf('=');
        var quantity = equals < 0 ? "" : text[(equals + 1)..].Trim();
        return Decimal().IsMatch(quantity) ? (text[..equals].Trim(), quantity) : (text.Trim(), One);
    }

    [GeneratedRegex("^[0-9]+(\\.[0-9]+)?\\z")]
    private static partial Regex Decimal();
}
