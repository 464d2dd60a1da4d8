using System.Globalization;
using System.Numerics;
using CsCheck;
using OrderGrpc.Contract;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Contract;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("1", 1_000_000L)]
    [InlineData("2.5", 2_500_000L)]
    [InlineData("0.000001", 1L)]
    [InlineData("1000000", 1_000_000_000_000L)]
    [InlineData("007", 7_000_000L)]
    [InlineData("0", 0L)]
    [InlineData("999999999999.999999", 999_999_999_999_999_999L)]
    [InlineData("", null)]
    [InlineData(".5", null)]
    [InlineData("5.", null)]
    [InlineData(".", null)]
    [InlineData("1.2.3", null)]
    [InlineData("1..2", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData("1,5", null)]
    [InlineData("1e3", null)]
    [InlineData(" 1", null)]
    [InlineData("1 ", null)]
    [InlineData("0x10", null)]
    [InlineData("NaN", null)]
    [InlineData("١", null)]
    [InlineData("1.0000000", null)]
    [InlineData("1000000000000", null)]
    [InlineData("99999999999999999999999999", null)]
    public void A_quantity_is_a_decimal_with_a_point_and_nothing_else(string written, long? millionths) =>
        Assert.Equal(millionths, Amounts.Micros(written));

    [Theory]
    [InlineData("EUR", "1", 38, 0, 38, 0)]
    [InlineData("EUR", "2", 4, 990_000_000, 9, 980_000_000)]
    [InlineData("EUR", "1", 0, 5_000_000, 0, 10_000_000)] // 0.005: half goes up
    [InlineData("EUR", "1", 0, 4_999_999, 0, 0)]
    [InlineData("EUR", "3", 0, 333_333_333, 1, 0)]
    [InlineData("EUR", "0.333333", 1, 0, 0, 330_000_000)]
    [InlineData("EUR", "0.000001", 0, 0, 0, 0)]
    [InlineData("JPY", "1", 0, 500_000_000, 1, 0)]
    [InlineData("JPY", "1", 0, 499_999_999, 0, 0)]
    [InlineData("JPY", "2.5", 999, 0, 2498, 0)] // 2497.5
    [InlineData("KWD", "1", 0, 500_000, 0, 1_000_000)]
    [InlineData("KWD", "1", 0, 499_999, 0, 0)]
    [InlineData("KWD", "0.5", 1, 235_000_000, 0, 618_000_000)] // 0.6175
    [InlineData("CLF", "1", 0, 50_000, 0, 100_000)] // 0.00005
    [InlineData("UYW", "0.5", 1, 234_500_000, 0, 617_300_000)] // 0.61725
    [InlineData("EUR", "1000000", 1_000_000_000_000, 0, 1_000_000_000_000_000_000, 0)]
    [InlineData("EUR", "0.000001", 1_000_000_000_000, 0, 1_000_000, 0)]
    public void A_line_is_rounded_half_away_from_zero_to_the_minor_unit(string currency, string quantity, long units, int nanos, long toUnits, int toNanos)
    {
        var amount = Amounts.OfLine(Line(currency, quantity, units, nanos));
        Assert.Equal((currency, toUnits, toNanos), (amount.CurrencyCode, amount.Units, amount.Nanos));
    }

    [Fact]
    public void Any_line_is_the_exact_product_rounded_once() => Gen.Select(
        Gen.Long[1, 1_000_000_000_000], Gen.Long[0, 1_000_000_000_000 - 1], Gen.Int[0, 999_999_999], Gen.Int[0, 3].Select(i => new[] { ("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4) }[i]))
        .Sample((micros, units, nanos, currency) =>
        {
            var quantity = string.Create(CultureInfo.InvariantCulture, $"{micros / 1_000_000}.{micros % 1_000_000:D6}");
            var amount = Amounts.OfLine(Line(currency.Item1, quantity, units, nanos));
            var step = BigInteger.Pow(10, 15 - currency.Item2);
            var exact = micros * ((BigInteger)units * 1_000_000_000 + nanos);
            var rounded = BigInteger.DivRem(exact, step, out var rest) + (rest * 2 >= step ? 1 : 0);
            return ((BigInteger)amount.Units * 1_000_000_000 + amount.Nanos) * 1_000_000 == rounded * step;
        });

    [Fact]
    public void A_total_is_the_sum_of_the_rounded_lines()
    {
        QuoteLine[] lines = [Line("EUR", "1", 0, 5_000_000), Line("EUR", "1", 0, 5_000_000), Line("EUR", "1", 9, 990_000_000)];
        foreach (var line in lines)
        {
            line.Amount = Amounts.OfLine(line);
        }

        Assert.Equal(new Money { CurrencyCode = "EUR", Units = 10, Nanos = 10_000_000 }, Amounts.Total(lines));
    }

    [Theory]
    [InlineData("EUR", 38, 0, "38 EUR")]
    [InlineData("EUR", 38, 500_000_000, "38.50 EUR")]
    [InlineData("EUR", 38, 50_000_000, "38.05 EUR")]
    [InlineData("EUR", 0, 0, "0 EUR")]
    [InlineData("EUR", 1, 234_500_000, "1.2345 EUR")]
    [InlineData("JPY", 1000, 0, "1000 JPY")]
    [InlineData("KWD", 1, 500_000_000, "1.500 KWD")]
    [InlineData("KWD", 1, 1_000_000, "1.001 KWD")]
    [InlineData("KWD", 0, 500_000_000, "0.500 KWD")]
    [InlineData("EUR", 0, 500_000_000, "0.50 EUR")]
    [InlineData("CLF", 0, 500_000_000, "0.5000 CLF")]
    [InlineData("UYW", 2, 0, "2 UYW")]
    [InlineData("JPY", 0, 500_000_000, "0.5 JPY")]
    [InlineData("EUR", -1, -750_000_000, "-1.75 EUR")]
    [InlineData("EUR", 0, -750_000_000, "-0.75 EUR")]
    [InlineData("EUR", 999_999_999_999_999, 990_000_000, "999999999999999.99 EUR")]
    public void An_amount_is_written_with_the_decimals_of_its_currency_or_none(string currency, long units, int nanos, string written) =>
        Assert.Equal(written, Amounts.Write(new Money { CurrencyCode = currency, Units = units, Nanos = nanos }));

    private static QuoteLine Line(string currency, string quantity, long units, int nanos) => new()
    {
        Description = "x",
        Quantity = quantity,
        UnitPrice = new Money { CurrencyCode = currency, Units = units, Nanos = nanos },
    };
}
