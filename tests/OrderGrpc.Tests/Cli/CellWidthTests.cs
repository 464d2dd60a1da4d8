using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

public sealed class CellWidthTests
{
    [Theory]
    [InlineData("plain", 5)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("日本", 4)]
    [InlineData("한국", 4)]
    [InlineData("ﾊﾝｶｸ", 4)]
    [InlineData("😀", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("👩\u200d🌾", 2)]
    [InlineData("❤\ufe0f", 2)]
    [InlineData("🇫🇷", 2)]
    [InlineData("नमस्ते", 4)]
    [InlineData("✓►◦✗─", 5)]
    public void A_character_takes_the_columns_that_terminals_give_it(string text, int columns) => Assert.Equal(columns, CellWidth.Of(text));

    [Theory]
    [InlineData("Garden fence", 12, "Garden fence")]
    [InlineData("Garden fence", 11, "Garden…")]
    [InlineData("Garden fence", 7, "Garden…")]
    [InlineData("Garden fence", 6, "Garde…")]
    [InlineData("order approve, order reject", 24, "order approve, order…")]
    [InlineData("order approve, order reject", 16, "order approve…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    public void A_cut_is_made_at_a_blank_where_there_is_one(string text, int columns, string cut) => Assert.Equal(cut, TextFlow.Cut(text, columns));

    [Fact]
    public void Text_flows_at_blanks_and_hangs_under_its_margin() => Assert.Equal(
        "me  one two\n    three\n    four",
        TextFlow.Hang("me  ", "one two three\nfour", 11));
}
