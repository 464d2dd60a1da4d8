using OrderGrpc.CliShell;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

public sealed class TextFormTests
{
    [Theory]
    [InlineData("plain é 日本 😀 [red]", "plain é 日本 😀 [red]")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("\u009b31m\u0000\u007f\r\t", "\\u009b31m\\u0000\\u007f\\u000d\\u0009")]
    [InlineData("a\u202eb\u2066c\u2069", "a\\u202eb\\u2066c\\u2069")]
    [InlineData("a\u200bb\u200dc\ufeffd\u00ade", "a\\u200bb\\u200dc\\ufeffd\\u00ade")]
    [InlineData("a\u2028b\u2029c\u0085", "a\\u2028b\\u2029c\\u0085")]
    [InlineData("\U000e0041", "\\U000e0041")]
    [InlineData("one\ntwo", "one\\u000atwo")]
    public void What_could_deceive_is_shown_as_an_escape(string text, string shown) =>
        Assert.Equal(shown, TerminalText.Line(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_shown_as_an_escape() =>
        Assert.Equal("a\\ud800b\\udc00", TerminalText.Line("a\ud800b\udc00"));

    [Fact]
    public void Line_feeds_stay_only_in_text_of_several_lines() =>
        Assert.Equal("one\ntwo\\u000d\n", TerminalText.Block("one\ntwo\r\n"));

    [Fact]
    public void Json_means_the_same_and_has_nothing_invisible_in_it()
    {
        var order = new Order { Id = 1, Note = "\u001b\u202e\u200b\u2028\U000e0041é😀\n" };
        var json = JsonText.Of(order);
        Assert.Equal(json, TerminalText.Line(json));
        Assert.Equal(order, Order.Parser.ParseJson(json));
    }

    [Theory]
    [InlineData("38", 38, 0, "EUR", "38 EUR")]
    [InlineData("38.5", 38, 500_000_000, "EUR", "38.50 EUR")]
    [InlineData("0.001", 0, 1_000_000, "EUR", "0.001 EUR")]
    [InlineData(" 38 usd ", 38, 0, "USD", "38 USD")]
    [InlineData("38USD", 38, 0, "USD", "38 USD")]
    [InlineData("9999999999999.999999999", 9_999_999_999_999, 999_999_999, "EUR", "9999999999999.999999999 EUR")]
    public void An_amount_is_read_and_written(string text, long units, int nanos, string currency, string written)
    {
        Assert.True(MoneyText.TryParse(text, "EUR", out var money));
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
    public void What_is_not_an_amount_is_refused(string text) => Assert.False(MoneyText.TryParse(text, "EUR", out _));

    [Fact]
    public void A_negative_amount_has_one_sign()
    {
        Assert.Equal("-1.75 EUR", MoneyText.Format(new Money { CurrencyCode = "EUR", Units = -1, Nanos = -750_000_000 }));
        Assert.Equal("-0.50 EUR", MoneyText.Format(new Money { CurrencyCode = "EUR", Nanos = -500_000_000 }));
    }

    [Theory]
    [InlineData("Garden fence", "Garden fence", "1")]
    [InlineData("Gate=2", "Gate", "2")]
    [InlineData("Gate=2.5", "Gate", "2.5")]
    [InlineData("a=b=3", "a=b", "3")]
    [InlineData("a=b", "a=b", "1")]
    [InlineData("a=", "a=", "1")]
    [InlineData("a=-1", "a=-1", "1")]
    [InlineData("a=1\n", "a", "1")]
    public void A_line_is_split_at_its_last_equals_sign(string text, string description, string quantity) =>
        Assert.Equal(new OrderLine { Description = description, Quantity = quantity }, LineText.ParseOrderLine(text));

    [Theory]
    [InlineData("Fence=1@30", "Fence", "1", 30)]
    [InlineData("Gate@4", "Gate", "1", 4)]
    [InlineData("a@b=2@4", "a@b", "2", 4)]
    public void A_quote_line_is_split_at_its_last_at_sign(string text, string description, string quantity, long units)
    {
        Assert.True(LineText.TryParseQuoteLine(text, "EUR", out var line));
        Assert.Equal((description, quantity, units), (line.Description, line.Quantity, line.UnitPrice.Units));
    }

    [Theory]
    [InlineData("Fence=1")]
    [InlineData("Fence=1@")]
    [InlineData("Fence=1@x")]
    public void A_quote_line_needs_a_price(string text) => Assert.False(LineText.TryParseQuoteLine(text, "EUR", out _));

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
        Assert.True(ContractNames.TryParseState(text, out var parsed));
        Assert.Equal(state, parsed);
    }

    [Theory]
    [InlineData("unspecified")]
    [InlineData("")]
    [InlineData("1")]
    public void What_is_not_a_state_is_refused(string text) => Assert.False(ContractNames.TryParseState(text, out _));
}
