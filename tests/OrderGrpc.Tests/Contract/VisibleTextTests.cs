using System.Text;
using OrderGrpc.Contract;

namespace OrderGrpc.Tests.Contract;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData(0x00ad)]
    [InlineData(0x034f)]
    [InlineData(0x115f)]
    [InlineData(0x180f)]
    [InlineData(0x200b)]
    [InlineData(0x202e)]
    [InlineData(0x2028)]
    [InlineData(0x2065)] // not assigned, and ignorable all the same
    [InlineData(0x2800)]
    [InlineData(0x3164)]
    [InlineData(0xfe00)]
    [InlineData(0xfe0f)] // styles nothing here
    [InlineData(0xfeff)]
    [InlineData(0xffa0)]
    [InlineData(0xfff0)]
    [InlineData(0xfff8)]
    [InlineData(0x1bca0)]
    [InlineData(0xe0000)]
    [InlineData(0xe0041)]
    [InlineData(0xe0080)]
    [InlineData(0xe0100)]
    [InlineData(0xe0fff)]
    public void What_is_drawn_as_nothing_is_escaped(int character)
    {
        var escape = character > 0xffff ? $"\\U{character:x8}" : $"\\u{character:x4}";
        Assert.Equal($"a{escape}b", VisibleText.Line($"a{new Rune(character)}b"));
        Assert.False(VisibleText.IsVisible(new Rune(character)));
    }

    [Theory]
    [InlineData("می\u200cخواهم")] // Persian: I want
    [InlineData("خانه\u200cها")] // houses
    [InlineData("क्\u200dष")] // Hindi: the half letter and the whole
    [InlineData("राज्\u200cय")]
    [InlineData("র\u200d্যাব")] // Bengali
    [InlineData("ශ්\u200dරී")] // Sinhala
    [InlineData("👩\u200d👩\u200d👧\u200d👦")]
    [InlineData("👩🏽\u200d💻")]
    [InlineData("🏳\ufe0f\u200d🌈")]
    [InlineData("🐈\u200d⬛")]
    [InlineData("❤\ufe0f 1\ufe0f\u20e3 ☎\ufe0e")]
    [InlineData("Zoë Öst, 東京, Ελλάδα")]
    [InlineData(@"C:\users\Jon \ \\ 2 \u12 \U0001")]
    public void Words_and_emoji_stay_as_they_are(string text) => Assert.Equal(text, VisibleText.Line(text));

    [Theory]
    [InlineData("a\u200db", @"a\u200db")]
    [InlineData("Jon\u200c Doe", @"Jon\u200c Doe")]
    [InlineData("دا\u200cرد", "دا\\u200cرد")] // after a letter that joins nothing it changes nothing
    [InlineData("می\u200c\u200cخواهم", "می\\u200c\\u200cخواهم")]
    [InlineData("👩\u200d\u200d👩", "👩\\u200d\\u200d👩")]
    [InlineData("👩\u200dx", "👩\\u200dx")]
    [InlineData("❤\ufe0f\ufe0f", "❤\ufe0f\\ufe0f")]
    public void A_joiner_that_joins_nothing_is_escaped(string text, string shown) => Assert.Equal(shown, VisibleText.Line(text));

    [Theory]
    [InlineData("\u202e", @"\u202e")]
    [InlineData(@"\u202e", @"\\u202e")]
    [InlineData(@"\u202E", @"\\u202E")]
    [InlineData(@"\\u202e", @"\\\\u202e")]
    [InlineData("\\\u202e", @"\\\u202e")]
    [InlineData(@"\U000e0041", @"\\U000e0041")]
    [InlineData(@"\ud800", @"\\ud800")]
    public void A_typed_escape_and_the_character_do_not_look_alike(string text, string shown) => Assert.Equal(shown, VisibleText.Line(text));

    [Fact]
    public void Half_of_a_pair_is_escaped_as_it_was() => Assert.Equal(@"a\ud800b", VisibleText.Line("a\ud800b"));

    [Fact]
    public void A_line_feed_stays_in_a_block_only()
    {
        Assert.Equal(@"a\u000ab", VisibleText.Line("a\nb"));
        Assert.Equal("a\n\\u000db", VisibleText.Block("a\n\rb"));
        Assert.Equal("\\u202e\n\\u001b", VisibleText.OfEscaped("\\u202e\n\u001b"));
    }

    [Fact]
    public void A_value_has_no_runs_of_spaces()
    {
        Assert.Equal(@"a \u0020\u0020b \u00a0\u3000c d ", VisibleText.Value("a   b \u00a0\u3000c d "));
        Assert.Equal(@"\u0020a", VisibleText.Value(" a"));
        Assert.Equal("a   b", VisibleText.Line("a   b"));
    }
}
