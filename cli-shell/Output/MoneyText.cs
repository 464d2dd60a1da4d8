using System.Globalization;
using System.Text.RegularExpressions;
using OrderGrpc.V1;

namespace OrderGrpc.CliShell;

/// <summary>Amounts of money as people read and write them: 38 EUR, 38.50 EUR.</summary>
public static partial class MoneyText
{
    /// <summary>What an amount without a currency is in.</summary>
    public const string DefaultCurrency = "EUR";

    private const int NanoDigits = 9;

    /// <summary>
    /// Reads an amount that is not negative: at most 13 digits, then at most 9 decimals after a
    /// point, then perhaps its currency. Whether it is within the contract's limit is for the server.
    /// </summary>
    public static bool TryParse(string text, string currency, out Money money)
    {
        money = new Money();
        var match = Amount().Match(text.Trim());
        if (!match.Success)
        {
            return false;
        }

        var decimals = match.Groups["decimals"].Value.PadRight(NanoDigits, '0');
        money.Units = long.Parse(match.Groups["units"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        money.Nanos = int.Parse(decimals, NumberStyles.None, CultureInfo.InvariantCulture);
        money.CurrencyCode = match.Groups["currency"] is { Success: true } own ? own.Value.ToUpperInvariant() : currency;
        return true;
    }

    /// <summary>At least two decimals where there are any; empty for null.</summary>
    public static string Format(Money? money)
    {
        if (money is null)
        {
            return "";
        }

        var sign = money.Units < 0 || money.Nanos < 0 ? "-" : "";
        var decimals = Math.Abs((long)money.Nanos).ToString("d9", CultureInfo.InvariantCulture).TrimEnd('0');
        var point = decimals.Length == 0 ? "" : "." + decimals.PadRight(2, '0');
        var units = money.Units.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        return $"{sign}{units}{point} {money.CurrencyCode}";
    }

    [GeneratedRegex("^(?<units>[0-9]{1,13})(\\.(?<decimals>[0-9]{1,9}))?( *(?<currency>[A-Za-z]{3}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
