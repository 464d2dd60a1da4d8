using OrderGrpc.CliShell;
using OrderGrpc.Tests.Documentation;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Cli;

/// <summary>What a terminal shows, as files to look at: written anew with UPDATE_README=1.</summary>
public sealed class CaptureTests
{
    private static readonly int[] Widths = [60, 80, 200];

    public static TheoryData<Language, int> Terminals
    {
        get
        {
            var all = new TheoryData<Language, int>();
            foreach (var width in Widths)
            {
                all.Add(Language.En, width);
                all.Add(Language.Fr, width);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Terminals))]
    public async Task A_terminal_shows_what_its_capture_has(Language language, int width)
    {
        var file = Path.Combine(Repository.Root, "tests/OrderGrpc.Tests/Cli/Captures", $"{language.Tag()}-{width}.txt");
        var seen = Everything(language, width);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            await File.WriteAllTextAsync(file, seen);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), seen);
    }

    [Theory]
    [InlineData(Language.En)]
    [InlineData(Language.Fr)]
    public void From_60_columns_on_no_line_is_wider_than_the_terminal_or_ends_with_blanks(Language language)
    {
        for (var width = 60; width <= 200; width++)
        {
            Assert.All(Everything(language, width).Split('\n'), line =>
            {
                Assert.True(CellWidth.Of(line) <= width, $"{width}: {line}");
                Assert.False(line.EndsWith(' '), $"{width}: '{line}'");
            });
        }
    }

    [Theory]
    [InlineData(Language.En)]
    [InlineData(Language.Fr)]
    public void No_word_is_broken_that_fits_its_column(Language language)
    {
        var words = Everything(language, CliDependencies.UnlimitedWidth - 1).Split([' ', '\n', '…']).ToHashSet();
        words.UnionWith([.. new Texts(language)[Text.DigestShort].Split(' ')[1..], "aaaaaaaaaaaa"]);
        for (var width = 60; width <= 200; width++)
        {
            var shown = Everything(language, width).Split([' ', '\n']);
            Assert.All(shown, word =>
            {
                var bare = word.TrimStart('✓', '►', '◦').TrimEnd('…');
                var whole = words.Contains(bare) || words.Contains(bare + ",");

                // Two begin with a word that is wider than their column; and a narrow watch has no year.
                var known = bare.StartsWith("Donau", StringComparison.Ordinal) || bare.StartsWith("株式会社", StringComparison.Ordinal) || words.Any(w => w.StartsWith("2026-" + bare, StringComparison.Ordinal) || w.StartsWith(bare + ":", StringComparison.Ordinal));
                Assert.True(whole || known, $"{width}: {word}");
            });
        }
    }

    [Fact]
    public void Wide_shows_all_however_narrow_the_terminal()
    {
        var narrow = new Sight(Language.En, 60, appearance: new Appearance(Wide: true));
        new OrderTable().PrintOrders(narrow.Session, Sight.Orders());
        Assert.Contains("The Society for the Keeping of Long Names", narrow.Seen, StringComparison.Ordinal);
        Assert.Contains("1250000 JPY", narrow.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_is_one_table()
    {
        var sight = new Sight(Language.En, 80);
        var table = new OrderTable();
        table.PrintOrders(sight.Session, Sight.Orders().Take(2));
        table.PrintOrders(sight.Session, Sight.Orders().Skip(2), showHeader: false);
        var lines = sight.Seen.TrimEnd('\n').Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.True(CellWidth.Of(line) <= 80, line));
    }

    [Theory]
    [InlineData("xterm", null, ColorChoice.Auto, true)]
    [InlineData("xterm", "1", ColorChoice.Auto, false)]
    [InlineData("dumb", null, ColorChoice.Auto, false)]
    [InlineData(null, null, ColorChoice.Auto, false)]
    [InlineData("xterm", null, ColorChoice.Never, false)]
    [InlineData("xterm", "1", ColorChoice.Always, true)]
    public void Escapes_are_for_terminals_that_know_them_and_people_who_want_them(string? term, string? noColor, ColorChoice choice, bool escapes)
    {
        var variables = new Dictionary<string, string>();
        if (term is not null)
        {
            variables["TERM"] = term;
        }

        if (noColor is not null)
        {
            variables["NO_COLOR"] = noColor;
        }

        var sight = new Sight(Language.En, 80, appearance: new Appearance(Color: choice), environment: variables);
        new OrderTable().PrintOrders(sight.Session, Sight.Orders());
        Assert.Equal(escapes, sight.Seen.Contains('\u001b', StringComparison.Ordinal));
    }

    private static string Everything(Language language, int width)
    {
        var sight = new Sight(language, width);
        var printer = sight.Session.Printer;
        printer.Line("inbox");
        new OrderTable().PrintInbox(sight.Session, Sight.Orders().Take(1));
        printer.Line("");
        new OrderTable().PrintInbox(sight.Session, Sight.Orders());
        printer.Line("");
        printer.Line("order list");
        new OrderTable().PrintOrders(sight.Session, Sight.Orders());
        printer.Line("");
        printer.Line("order watch");
        var watch = new EventText(sight.Session);
        foreach (var happened in Sight.Events())
        {
            watch.PrintRow(new WatchOrdersResponse { Position = happened.Position, Event = new OrderChange { Event = happened, Order = Sight.Orders()[0] } });
        }

        printer.Line("");
        printer.Line("order history");
        new EventText(sight.Session).PrintTalk(Sight.Events());
        foreach (var order in new[] { Sight.Orders()[1], Cancelled() })
        {
            printer.Line("");
            printer.Line("order show");
            printer.Block(new OrderText(sight.Session).Details(order));
        }

        return sight.Seen;
    }

    private static Order Cancelled()
    {
        var order = Sight.One(4, Order.Types.State.Cancelled, "Ann", TimeSpan.FromDays(30), null, ("Gate", "1"));
        order.WaitingOn = WaitingOn.Nobody;
        order.AllowedCommands.Clear();
        order.Note = "A note that is long enough to need more than one line on any of the narrower terminals that people use.";
        return order;
    }
}
