using System.Globalization;
using System.Text.RegularExpressions;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Amounts of money as people read and write them: 38 EUR, 38.50 EUR.</summary>
public static partial class MoneyText
{
    /// <summary>What an amount without a currency is in.</summary>
    public const string DefaultCurrency = "EUR";

    /// <summary>
    /// Reads an amount that is not negative: at most 13 digits, then at most 9 decimals after a
    /// point (in French also a comma), then perhaps its currency, as a code or €. Whether it is within the contract's limit is for the server.
    /// </summary>
    public static bool TryParse(string text, string currency, Language language, out Money money)
    {
        money = new Money();
        var match = Amount().Match(DecimalText.WithPoint(text.Trim(), language));
        if (!match.Success)
        {
            return false;
        }

        var decimals = match.Groups["decimals"].Value.PadRight(Amounts.MoneyDecimals, '0');
        money.Units = long.Parse(match.Groups["units"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        money.Nanos = int.Parse(decimals, NumberStyles.None, CultureInfo.InvariantCulture);
        money.CurrencyCode = match.Groups["currency"] is { Success: true } own ? CodeOf(own.Value) : currency;
        return true;
    }

    /// <summary>As the contract's library writes it; empty for null.</summary>
    public static string Format(Money? money) => money is null ? "" : Amounts.Write(money);

    /// <summary>Whether it can be paid to the last decimal: not 1.999 EUR, nor 0.5 JPY.</summary>
    public static bool IsPayable(Money money)
    {
        var decimals = money.Nanos.ToString("d9", CultureInfo.InvariantCulture).TrimEnd('0');
        return decimals.Length <= Amounts.MinorDigits(money.CurrencyCode);
    }

    private static string CodeOf(string currency) => currency == "€" ? "EUR" : currency.ToUpperInvariant();

    // An amount that was copied from a page has blanks that do not break.
    [GeneratedRegex("^(?<units>[0-9]{1,13})(\\.(?<decimals>[0-9]{1,9}))?([ \\u00a0\\u202f]*(?<currency>[A-Za-z]{3}|€))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
