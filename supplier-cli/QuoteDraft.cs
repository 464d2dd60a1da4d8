using OrderGrpc.CliShell;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.SupplierCli;

/// <summary>What a draft offers, as people write it.</summary>
public static class QuoteDraft
{
    /// <summary>One amount for the whole order; throws where it is none.</summary>
    /// <param name="texts">In whose language it is read.</param>
    /// <param name="orderId">The order.</param>
    /// <param name="text">The amount.</param>
    /// <param name="currency">That of --currency; null for none.</param>
    /// <param name="free">Whether nothing is meant by 0.</param>
    public static DraftQuoteRequest OfAmount(Texts texts, long orderId, string text, string? currency = null, bool free = false)
    {
        if (!MoneyText.TryParse(text, currency ?? MoneyText.DefaultCurrency, texts.Language, out var amount))
        {
            throw CliException.Usage(texts.Format(Text.BadAmount, text));
        }

        // A price by the piece may be finer; what is paid is in the currency's own coins.
        if (!MoneyText.IsPayable(amount))
        {
            throw CliException.Usage(texts.Format(Text.TooManyDecimals, text.Trim(), amount.CurrencyCode, Amounts.MinorDigits(amount.CurrencyCode)));
        }

        var line = new QuoteLine { Description = texts.Format(Text.OrderNumber, orderId), Quantity = "1", UnitPrice = InOneCurrency(texts, amount, currency) };
        return Offering(texts, orderId, [line], free);
    }

    /// <summary>Lines with a price each; throws where one is none.</summary>
    public static DraftQuoteRequest OfLines(Texts texts, long orderId, IEnumerable<string> lines, string? currency, bool free)
    {
        var read = lines.Select(line => LineText.ParseQuoteLine(texts, line, currency ?? MoneyText.DefaultCurrency)).ToList();
        read.ForEach(line => InOneCurrency(texts, line.UnitPrice, currency));
        return Offering(texts, orderId, read, free);
    }

    private static DraftQuoteRequest Offering(Texts texts, long orderId, IReadOnlyList<QuoteLine> lines, bool free)
    {
        var costsNothing = lines.All(line => line.UnitPrice is { Units: 0, Nanos: 0 });
        return costsNothing && !free
            ? throw CliException.Usage(texts[Text.FreeMustBeSaid])
            : new DraftQuoteRequest { OrderId = orderId, Lines = { lines } };
    }

    // "--amount '38 USD' --currency EUR" says two things.
    private static Money InOneCurrency(Texts texts, Money money, string? currency) =>
        currency is null || money.CurrencyCode == currency
            ? money
            : throw CliException.Usage(texts.Format(Text.TwoCurrencies, money.CurrencyCode, currency));
}
