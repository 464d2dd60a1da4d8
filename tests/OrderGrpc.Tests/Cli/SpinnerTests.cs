using Microsoft.Extensions.Time.Testing;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

public sealed class SpinnerTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Screen screen = new();
    private readonly StringWriter output = new();

    [Fact]
    public void It_shows_after_half_a_second_and_leaves_nothing()
    {
        using (Spinner.Start(Printer(terminal: true, "xterm"), time, () => "waiting"))
        {
            time.Advance(TimeSpan.FromMilliseconds(499));
            Assert.Equal("", screen.Written);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal("⠋ waiting", screen.Text);
            time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal("⠙ waiting", screen.Text);
        }

        Assert.Equal("", screen.Text);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("", screen.Text);
        Assert.DoesNotContain('\u001b', screen.Written);
    }

    [Fact]
    public void What_is_printed_meanwhile_stands_on_a_line_of_its_own()
    {
        var printer = Printer(terminal: true, "xterm");
        using var spinner = Spinner.Start(printer, time, () => "waiting");
        time.Advance(Spinner.Quiet);
        printer.Notice("something happened");
        Assert.Equal("something happened\n", screen.Text);
        printer.Question("What now?");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("something happened\nWhat now?", screen.Text);
    }

    [Theory]
    [InlineData(false, "xterm")]
    [InlineData(true, "dumb")]
    [InlineData(true, null)]
    public void A_pipe_and_a_dumb_terminal_have_none(bool terminal, string? term)
    {
        using var spinner = Spinner.Start(Printer(terminal, term), time, () => "waiting");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("", ""), (screen.Written, output.ToString()));
    }

    private Printer Printer(bool terminal, string? term) => new(
        new CliDependencies
        {
            Input = TextReader.Null,
            Output = output,
            Error = screen,
            Environment = name => name == "TERM" ? term : null,
            ErrorIsTerminal = terminal,
            Width = 80,
        },
        OutputFormat.Text,
        new Texts(Language.En));
}
