using System.Text;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>A person types an answer; what they see is what the tool gets.</summary>
public sealed class LineEditorTests
{
    private const string Question = "Reason:";

    [Theory]
    [InlineData("ok{Enter}", "ok")]
    [InlineData("k{Home}o{Enter}", "ok")]
    [InlineData("ab{Left}{Left}x{Right}y{Enter}", "xayb")]
    [InlineData("one two{C-a}zero {C-e} three{Enter}", "zero one two three")]
    [InlineData("one two three{C-w}{C-w}{Enter}", "one ")]
    [InlineData("one two{C-u}three{Enter}", "three")]
    [InlineData("one two{A-b}{C-k}{Enter}", "one ")]
    [InlineData("one two{A-b}{C-u}{C-e}{C-y}{Enter}", "twoone ")]
    [InlineData("one two{C-Left}{C-Left}x{A-f}y{Enter}", "xoney two")]
    [InlineData("one two{Home}{A-d}{Enter}", " two")]
    [InlineData("abc{Left}{Delete}{Backspace}{Enter}", "a")]
    [InlineData("日本{Left}x{Enter}", "日x本")]
    [InlineData("e\u0301x{Left}{Backspace}{Enter}", "x")]
    [InlineData("a😀b{Left}{Left}{Delete}{Enter}", "ab")]
    [InlineData("x{Paste:no\nway}y{Enter}", "xno wayy")]
    [InlineData("a{Escape}b{Enter}", "ab")]
    [InlineData("a{C-d}{C-d}{Enter}", "a")]
    [InlineData("a{C-l}{C-g}b{Enter}", "ab")]
    public async Task Keys_do_what_they_do_in_a_shell(string typed, string line)
    {
        foreach (var term in new[] { "xterm", "dumb" })
        {
            var desk = new Desk(term, typed);
            Assert.Equal(line, await desk.AskAsync());
            Assert.Equal($"{Question} {line}".TrimEnd(), desk.Screen.Text.TrimEnd());
        }
    }

    [Fact]
    public async Task Ctrl_D_on_an_empty_line_ends_the_input() => Assert.Null(await new Desk("xterm", "a{Backspace}{C-d}").AskAsync());

    [Fact]
    public async Task A_terminal_that_is_gone_ends_the_input() => Assert.Null(await new Desk("xterm", "a").AskAsync());

    [Fact]
    public async Task Earlier_answers_come_back_by_the_arrows()
    {
        var desk = new Desk("xterm", "first{Enter}second{Enter}{Up}{Up}!{Enter}{Up}{Up}{Down}{Enter}{Up}{Down}x{Enter}");
        Assert.Equal(["first", "second", "first!", "first!", "x"], [await desk.AskAsync(), await desk.AskAsync(), await desk.AskAsync(), await desk.AskAsync(), await desk.AskAsync()]);
    }

    [Fact]
    public async Task What_was_typed_before_the_question_is_no_answer_to_it()
    {
        var desk = new Desk("xterm", "ok{Enter}") { Early = true };
        Assert.Null(await desk.AskAsync());
    }

    [Fact]
    public async Task A_line_longer_than_the_terminal_scrolls_and_is_whole()
    {
        var line = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i} 日本 "));
        var desk = new Desk("xterm", line + "{Home}a{End}b{Enter}");
        Assert.Equal($"a{line}b", await desk.AskAsync());
        Assert.All(desk.Screen.Lines, shown => Assert.True(CellWidth.Of(shown) <= Desk.Width, shown));
    }

    [Fact]
    public async Task What_comes_between_leaves_question_and_answer_to_see()
    {
        var desk = new Desk("xterm", "half{Notice}way{Enter}");
        Assert.Equal("halfway", await desk.AskAsync());
        Assert.Equal($"{Question} half\nsomething happened\n{Question} halfway", desk.Screen.Text.TrimEnd());
    }

    [Fact]
    public async Task On_a_dumb_terminal_there_is_no_escape()
    {
        var desk = new Desk("dumb", "one two{C-w}three{Home}x{Enter}");
        await desk.AskAsync();
        Assert.DoesNotContain('\u001b', desk.Screen.Written);
    }

    [Fact]
    public async Task A_long_question_is_broken_at_blanks()
    {
        var desk = new Desk("xterm", "ok{Enter}");
        Assert.Equal("ok", await desk.AskAsync("The quote for order 1 has been drafted and approved, please read it and type 'ok' to accept it:"));
        Assert.Equal(
            "The quote for order 1 has been drafted and\napproved, please read it and type 'ok' to accept\nit: ok",
            desk.Screen.Text.TrimEnd());
    }

    /// <summary>A keyboard, a screen and what is between.</summary>
    private sealed class Desk : IKeys
    {
        public const int Width = 50;

        private readonly Queue<string> keys;
        private readonly CliDependencies dependencies;
        private readonly LineReader lines;
        private readonly Printer printer;

        public Desk(string term, string typed)
        {
            keys = new(Split(typed));
            dependencies = new CliDependencies
            {
                Input = TextReader.Null,
                Output = TextWriter.Null,
                Error = Screen,
                Environment = name => name == "TERM" ? term : null,
                InputIsTerminal = true,
                ErrorIsTerminal = true,
                Width = Width,
                Keys = this,
            };
            printer = new Printer(dependencies, OutputFormat.Text, new Texts(Language.En));
            lines = Lines();
        }

        public Screen Screen { get; } = new();

        public bool Early { get; init; }

        public async Task<string?> AskAsync(string question = Question)
        {
            printer.Question(question);
            var line = await lines.ReadAsync(CancellationToken.None);
            printer.Answered(lineEnded: line is not null);
            return line;
        }

        public void Discard()
        {
            if (Early)
            {
                keys.Clear();
            }
        }

        public ValueTask<ConsoleKeyInfo?> ReadAsync(CancellationToken cancellation)
        {
            if (!keys.TryDequeue(out var key))
            {
                return ValueTask.FromResult<ConsoleKeyInfo?>(null);
            }

            if (key == "Notice")
            {
                printer.Notice("something happened");
                return ReadAsync(cancellation);
            }

            return ValueTask.FromResult<ConsoleKeyInfo?>(Key(key));
        }

        private LineReader Lines() => new(dependencies, printer);

        private static IEnumerable<string> Split(string typed)
        {
            for (var i = 0; i < typed.Length; i++)
            {
                var end = typed[i] == '{' ? typed.IndexOf('}', i) : i;
                var key = end > i ? typed[(i + 1)..end] : typed[i..(i + 1)];
                i = end;
                string[] all = key.StartsWith("Paste:", StringComparison.Ordinal)
                    ? ["A-[", .. Letters("200~"), .. Letters(key[6..]), "A-[", .. Letters("201~")]
                    : [key];
                foreach (var one in all)
                {
                    yield return one;
                }
            }
        }

        private static IEnumerable<string> Letters(string text) => text.Select(letter => letter == '\n' ? "Enter" : letter.ToString());

        private static ConsoleKeyInfo Key(string key) => key switch
        {
            { Length: 1 } => new(key[0], default, false, false, false),
            "C-Left" => new('\0', ConsoleKey.LeftArrow, false, false, true),
            _ when key.StartsWith("C-", StringComparison.Ordinal) => new((char)(key[2] - 'a' + 1), ConsoleKey.A + key[2] - 'a', false, false, true),
            _ when key.StartsWith("A-", StringComparison.Ordinal) => new(key[2], default, false, true, false),
            "Enter" => new('\r', ConsoleKey.Enter, false, false, false),
            "Escape" => new('\u001b', ConsoleKey.Escape, false, false, false),
            "Left" or "Right" or "Up" or "Down" => new('\0', Enum.Parse<ConsoleKey>(key + "Arrow"), false, false, false),
            _ => new('\0', Enum.Parse<ConsoleKey>(key), false, false, false),
        };
    }
}

/// <summary>A terminal as people see it: it knows backspaces, line ends, and passes over escape sequences.</summary>
public sealed class Screen : TextWriter
{
    private readonly StringBuilder written = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string Written => written.ToString();

    public IReadOnlyList<string> Lines => Draw();

    public string Text => string.Join('\n', Lines.Select(line => line.TrimEnd()));

    public override void Write(char value) => written.Append(value);

    private List<string> Draw()
    {
        // One string for each column; the second column of a wide letter is empty.
        var lines = new List<List<string>> { new() };
        var column = 0;
        var text = System.Text.RegularExpressions.Regex.Replace(Written, "\u001b\\[[0-9;?]*[a-zA-Z]", "");
        var elements = System.Globalization.StringInfo.GetTextElementEnumerator(text.Replace("\b", "\u0001\b\u0001", StringComparison.Ordinal));
        while (elements.MoveNext())
        {
            switch (elements.GetTextElement())
            {
                case "\u0001":
                    break;
                case "\b":
                    column--;
                    break;
                case "\r":
                    column = 0;
                    break;
                case "\n":
                    lines.Add([]);
                    column = 0;
                    break;
                case var element:
                    while (lines[^1].Count < column + CellWidth.Of(element))
                    {
                        lines[^1].Add(" ");
                    }

                    lines[^1][column++] = element;
                    for (var more = 1; more < CellWidth.Of(element); more++)
                    {
                        lines[^1][column++] = "";
                    }

                    break;
            }
        }

        return [.. lines.Select(line => string.Concat(line))];
    }
}
