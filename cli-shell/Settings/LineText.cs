using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Lines of orders and quotes as people write them: Gate=2, Gate=2@4.50.</summary>
public static class LineText
{
    private const string One = "1";

    /// <summary>
    /// "DESC=QTY", or "DESC" for one. What stands behind the last '=' is a quantity or an error, never
    /// a part of the description: who mistypes a quantity would order one. "==" is an '=' of the
    /// description.
    /// </summary>
    /// <exception cref="CliException">Behind the '=' is no quantity.</exception>
    public static OrderLine ParseOrderLine(Texts texts, string text) => TrySplit(text, texts.Language, out var description, out var quantity)
        ? new OrderLine { Description = description, Quantity = quantity }
        : throw CliException.Usage(texts.Format(Text.BadOrderLine, text, quantity));

    /// <summary>"DESC=QTY@PRICE" or "DESC@PRICE": split at the last '@', then as an order's line.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static QuoteLine ParseQuoteLine(Texts texts, string text, string currency)
    {
        var at = text.LastIndexOf('@');
        return at >= 0
            && MoneyText.TryParse(text[(at + 1)..], currency, texts.Language, out var price)
            && TrySplit(text[..at], texts.Language, out var description, out var quantity)
                ? new QuoteLine { Description = description, Quantity = quantity, UnitPrice = price }
                : throw CliException.Usage(texts.Format(Text.BadQuoteLine, text));
    }

    private static bool TrySplit(string text, Language language, out string description, out string quantity)
    {
        var at = LastSingle(text);
        description = (at < 0 ? text : text[..at]).Replace("==", "=", StringComparison.Ordinal).Trim();
        quantity = at < 0 ? One : DecimalText.WithPoint(text[(at + 1)..].Trim(), language);
        return Amounts.Micros(quantity) is not null;
    }

    // Where the last run of '=' of an odd length ends: of "a==b" there is none.
    private static int LastSingle(string text)
    {
        for (var end = text.LastIndexOf('='); end >= 0;)
        {
            var start = end;
            while (start > 0 && text[start - 1] == '=')
            {
                start--;
            }

            if ((end - start) % 2 == 0)
            {
                return end;
            }

            end = start == 0 ? -1 : text.LastIndexOf('=', start - 1);
        }

        return -1;
    }
}
