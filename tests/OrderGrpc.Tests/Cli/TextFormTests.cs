using OrderGrpc.CliShell;
using OrderGrpc.Contract;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

public sealed class TextFormTests
{
    [Fact]
    public void Json_means_the_same_and_has_nothing_invisible_in_it()
    {
        var order = new Order { Id = 1, Note = "\u001b\u202e\u200b\u2028\U000e0041é😀\n" };
        var json = JsonText.Of(order);
        Assert.Equal(json, VisibleText.OfEscaped(json));
        Assert.Equal(order, Order.Parser.ParseJson(json));
    }

    [Theory]
    [InlineData("38", 38, 0, "EUR", "38 EUR")]
    [InlineData("38.5", 38, 500_000_000, "EUR", "38.50 EUR")]
    [InlineData("0.001", 0, 1_000_000, "EUR", "0.001 EUR")]
    [InlineData(" 38 usd ", 38, 0, "USD", "38 USD")]
    [InlineData("38USD", 38, 0, "USD", "38 USD")]
    [InlineData("38.50 €", 38, 500_000_000, "EUR", "38.50 EUR")]
    [InlineData("38€", 38, 0, "EUR", "38 EUR")]
    [InlineData("9999999999999.999999999", 9_999_999_999_999, 999_999_999, "EUR", "9999999999999.999999999 EUR")]
    public void An_amount_is_read_and_written(string text, long units, int nanos, string currency, string written)
    {
        Assert.True(MoneyText.TryParse(text, "EUR", Language.En, out var money));
        Assert.Equal(new Money { Units = units, Nanos = nanos, CurrencyCode = currency }, money);
        Assert.Equal(written, MoneyText.Format(money));
    }

    [Theory]
    [InlineData("")]
    [InlineData("38,5")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("38 EURO")]
    [InlineData("1.1234567891")]
    [InlineData("12345678901234")]
    [InlineData("٣٨")]
    public void What_is_not_an_amount_is_refused(string text) => Assert.False(MoneyText.TryParse(text, "EUR", Language.En, out _));

    [Fact]
    public void A_negative_amount_has_one_sign()
    {
        Assert.Equal("-1.75 EUR", MoneyText.Format(new Money { CurrencyCode = "EUR", Units = -1, Nanos = -750_000_000 }));
        Assert.Equal("-0.50 EUR", MoneyText.Format(new Money { CurrencyCode = "EUR", Nanos = -500_000_000 }));
    }

    [Theory]
    [InlineData("38,50", 500_000_000)]
    [InlineData("38,50 €", 500_000_000)]
    [InlineData("38,50\u202f€", 500_000_000)]
    [InlineData("38.50", 500_000_000)]
    [InlineData("38", 0)]
    public void In_French_a_comma_is_a_decimal_one(string text, int nanos)
    {
        Assert.True(MoneyText.TryParse(text, "EUR", Language.Fr, out var money));
        Assert.Equal((38, nanos), (money.Units, money.Nanos));
    }

    [Theory]
    [InlineData("1.999", "EUR", false)]
    [InlineData("1.99", "EUR", true)]
    [InlineData("1.990", "EUR", true)]
    [InlineData("0.5", "JPY", false)]
    [InlineData("0.500", "KWD", true)]
    [InlineData("0.1234", "CLF", true)]
    public void What_is_paid_has_the_decimals_of_its_currency(string text, string currency, bool payable)
    {
        Assert.True(MoneyText.TryParse(text, currency, Language.En, out var money));
        Assert.Equal(payable, MoneyText.IsPayable(money));
    }

    [Theory]
    [InlineData("Garden fence", "Garden fence", "1")]
    [InlineData("Gate=2", "Gate", "2")]
    [InlineData("Gate=2.5", "Gate", "2.5")]
    [InlineData("a=b=3", "a=b", "3")]
    [InlineData("a==b", "a=b", "1")]
    [InlineData("a==b=2", "a=b", "2")]
    [InlineData("a===2", "a=", "2")]
    [InlineData("a==", "a=", "1")]
    [InlineData("a=1\n", "a", "1")]
    public void A_line_is_split_at_its_last_equals_sign(string text, string description, string quantity) =>
        Assert.Equal(new OrderLine { Description = description, Quantity = quantity }, LineText.ParseOrderLine(new Texts(Language.En), text));

    [Theory]
    [InlineData("Clôture=1,5")]
    [InlineData("a=-1")]
    [InlineData("a=abc")]
    [InlineData("a=1.5 m")]
    [InlineData("a=")]
    [InlineData("a=b==c")]
    public void What_is_no_quantity_behind_an_equals_sign_is_refused(string text) =>
        Assert.Equal(ExitCodes.Usage, Assert.Throws<CliException>(() => LineText.ParseOrderLine(new Texts(Language.En), text)).ExitCode);

    [Fact]
    public void A_quantity_has_a_decimal_comma_in_French() =>
        Assert.Equal(new OrderLine { Description = "Clôture", Quantity = "1.5" }, LineText.ParseOrderLine(new Texts(Language.Fr), "Clôture=1,5"));

    [Theory]
    [InlineData("Fence=1@30", "Fence", "1", 30)]
    [InlineData("Gate@4", "Gate", "1", 4)]
    [InlineData("a@b=2@4", "a@b", "2", 4)]
    public void A_quote_line_is_split_at_its_last_at_sign(string text, string description, string quantity, long units)
    {
        var line = LineText.ParseQuoteLine(new Texts(Language.En), text, "EUR");
        Assert.Equal((description, quantity, units), (line.Description, line.Quantity, line.UnitPrice.Units));
    }

    [Theory]
    [InlineData("Fence=1")]
    [InlineData("Fence=1@")]
    [InlineData("Fence=1@x")]
    [InlineData("Fence=x@1")]
    public void A_quote_line_needs_a_price_and_a_quantity(string text) =>
        Assert.Equal(ExitCodes.Usage, Assert.Throws<CliException>(() => LineText.ParseQuoteLine(new Texts(Language.En), text, "EUR")).ExitCode);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    public void A_duration_has_a_unit(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("41d")]
    [InlineData("1e9s")]
    [InlineData("1w")]
    [InlineData("s")]
    public void What_is_not_a_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("http://127.0.0.1:8803")]
    [InlineData("http://LOCALHOST:8803")]
    [InlineData("http://[::1]:8803")]
    [InlineData("https://Orders.Example.COM")]
    [InlineData("http://orders.example.com")]
    [InlineData("http://10.0.0.7:1")]
    [InlineData("http://[fe80::1]:8803")]
    public void The_tools_look_where_the_server_puts_its_tokens(string address)
    {
        Assert.True(ServerAddress.TryParse(address, out var parsed));
        Assert.Equal(TokenFiles.NameOf(address, Role.Client), parsed.FileStem + ".client.token");
    }

    [Theory]
    [InlineData("127.0.0.1:8803")]
    [InlineData("ftp://localhost")]
    [InlineData("http://localhost/path")]
    [InlineData("http://user@localhost")]
    [InlineData("http://localhost?x=1")]
    [InlineData("")]
    public void What_is_not_the_address_of_a_server_is_refused(string address) => Assert.False(ServerAddress.TryParse(address, out _));

    [Theory]
    [InlineData("completed", Order.Types.State.Completed)]
    [InlineData("QUOTE-SENT", Order.Types.State.QuoteSent)]
    [InlineData("STATE_IN_REALIZATION", Order.Types.State.InRealization)]
    public void A_state_is_read_as_people_write_it(string text, Order.Types.State state)
    {
        Assert.True(Names.TryParseState(text, out var parsed));
        Assert.Equal(state, parsed);
    }

    [Theory]
    [InlineData("unspecified")]
    [InlineData("")]
    [InlineData("1")]
    public void What_is_not_a_state_is_refused(string text) => Assert.False(Names.TryParseState(text, out _));
}
