using System.Globalization;
using OrderGrpc.V1;

namespace OrderGrpc.Contract;

/// <summary>Quantities and money, exactly: whole numbers of millionths and of billionths.</summary>
public static class Amounts
{
    /// <summary>How many decimals an amount of money has at most: those of its nanos.</summary>
    public const int MoneyDecimals = 9;

    private const int NanosPerUnit = 1_000_000_000;

    // ISO 4217, list one: the currencies whose minor unit is not a hundredth.
    private static readonly HashSet<string> NoDecimals =
    [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    ];

    private static readonly HashSet<string> ThreeDecimals = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    private static readonly HashSet<string> FourDecimals = ["CLF", "UYW"];

    /// <summary>The millionths of a quantity, or null if it is not a decimal with a point and no sign.</summary>
    public static long? Micros(string quantity)
    {
        var point = quantity.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? quantity : quantity[..point];
        var fraction = point < 0 ? "" : quantity[(point + 1)..];
        if (whole.Length is 0 or > 12 || fraction.Length > ContractLimits.QuantityDecimals || (point >= 0 && fraction.Length == 0)
            || !quantity.All(c => char.IsAsciiDigit(c) || c == '.') || fraction.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        return (long.Parse(whole, CultureInfo.InvariantCulture) * 1_000_000)
            + long.Parse(fraction.PadRight(ContractLimits.QuantityDecimals, '0'), CultureInfo.InvariantCulture);
    }

    /// <summary>quantity × unit_price, rounded half away from zero to the currency's minor unit.</summary>
    public static Money OfLine(QuoteLine line)
    {
        var product = (Int128)Micros(line.Quantity)!.Value * Nanos(line.UnitPrice); // in 10^-15 units
        var step = (Int128)1_000_000 * NanosPerMinorUnit(line.UnitPrice.CurrencyCode);
        var minorUnits = (product + (step / 2)) / step; // prices are not negative
        return FromNanos(line.UnitPrice.CurrencyCode, minorUnits * NanosPerMinorUnit(line.UnitPrice.CurrencyCode));
    }

    /// <summary>The sum of the lines' amounts.</summary>
    public static Money Total(IReadOnlyList<QuoteLine> lines)
    {
        Int128 sum = 0;
        foreach (var line in lines)
        {
            sum += Nanos(line.Amount);
        }

        return FromNanos(lines[0].UnitPrice.CurrencyCode, sum);
    }

    /// <summary>
    /// The amount as people write it, the same everywhere: "38 EUR", "0.50 EUR", "0.500 KWD". Without
    /// decimals where there are none, else with the currency's at least.
    /// </summary>
    public static string Write(Money money)
    {
        var sign = money.Units < 0 || money.Nanos < 0 ? "-" : "";
        var units = money.Units.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        var decimals = Math.Abs((long)money.Nanos).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var point = decimals.Length == 0 ? "" : "." + decimals.PadRight(MinorDigits(money.CurrencyCode), '0');
        return $"{sign}{units}{point} {money.CurrencyCode}";
    }

    /// <summary>How many decimals the currency's minor unit has.</summary>
    public static int MinorDigits(string currency) =>
        NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : FourDecimals.Contains(currency) ? 4 : 2;

    private static Int128 Nanos(Money money) => ((Int128)money.Units * NanosPerUnit) + money.Nanos;

    private static Money FromNanos(string currency, Int128 nanos) => new()
    {
        CurrencyCode = currency,
        Units = (long)(nanos / NanosPerUnit),
        Nanos = (int)(nanos % NanosPerUnit),
    };

    private static long NanosPerMinorUnit(string currency) => MinorDigits(currency) switch
    {
        0 => NanosPerUnit,
        3 => NanosPerUnit / 1000,
        4 => NanosPerUnit / 10_000,
        _ => NanosPerUnit / 100,
    };
}
