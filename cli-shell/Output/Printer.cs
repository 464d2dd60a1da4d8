using Google.Protobuf;
using Spectre.Console;

namespace OrderGrpc.CliShell;

/// <summary>
/// The only way to the console. Results go to the output, as text or JSON; everything else goes to
/// the error stream. All text passes <see cref="TerminalText"/> here, so no caller can forget it.
/// </summary>
public sealed class Printer(CliDependencies dependencies, OutputFormat format, Texts texts)
{
    private readonly TextWriter output = dependencies.Output;
    private readonly TextWriter error = dependencies.Error;

    /// <summary>Whether results are JSON.</summary>
    public bool Json => format == OutputFormat.Json;

    /// <summary>A result: the message as JSON, or its text; each line feed in the text starts a line.</summary>
    public void Result(IMessage message, string text)
    {
        if (Json)
        {
            Message(message);
        }
        else
        {
            output.WriteLine(TerminalText.Block(text));
        }
    }

    /// <summary>One message as one line of JSON.</summary>
    public void Message(IMessage message) => output.WriteLine(JsonText.Of(message));

    /// <summary>One line of text.</summary>
    public void Line(string text) => output.WriteLine(TerminalText.Line(text));

    /// <summary>Text of several lines that ends its last line itself, such as a document.</summary>
    public void Block(string text) => WriteBlock(output, text);

    /// <summary>Part of JSON that is not a message: the brackets of an array.</summary>
    public void Punctuation(string json) => output.Write(json);

    /// <summary>A line that is not a result, such as what happens to the connection.</summary>
    public void Notice(string text) => error.WriteLine(TerminalText.Line(text));

    /// <summary>Text of several lines that is not a result, such as what a prompt is about.</summary>
    public void NoticeBlock(string text) => WriteBlock(error, text);

    /// <summary>A question; the answer is typed behind it.</summary>
    public void Question(string text)
    {
        error.Write(TerminalText.Line(text) + " ");
        error.Flush();
    }

    /// <summary>A table, as wide as it needs or the terminal allows.</summary>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, bool showHeader = true)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = showHeader };
        foreach (var name in header)
        {
            var column = new TableColumn(new Spectre.Console.Text(TerminalText.Line(name), new Style(decoration: Decoration.Bold)));
            table.AddColumn(column.PadLeft(0).PadRight(2));
        }

        foreach (var row in rows)
        {
            // Text, not Markup: brackets of other people are brackets.
            table.AddRow(row.Select(cell => new Spectre.Console.Text(TerminalText.Line(cell))));
        }

        Console().Write(table);
    }

    /// <summary>An error.</summary>
    public void Error(ErrorReport report)
    {
        if (Json)
        {
            error.WriteLine(JsonText.Of(report));
            return;
        }

        // The server's message repeats the fields by their names in the request; here they have those of options.
        var messages = report.Fields.Count == 0
            ? [report.Message]
            : report.Fields.Select(f => $"{FieldNames.OnCommandLine(f.Field)}: {f.Description}");
        foreach (var message in messages)
        {
            error.WriteLine(TerminalText.Block(texts.Format(CliShell.Text.Error, message)));
        }

        if (report.Hint.Length > 0)
        {
            error.WriteLine(TerminalText.Block(report.Hint));
        }
    }

    private static void WriteBlock(TextWriter writer, string text)
    {
        writer.Write(TerminalText.Block(text));
        if (!text.EndsWith('\n'))
        {
            writer.WriteLine();
        }
    }

    private IAnsiConsole Console()
    {
        var styled = dependencies.OutputIsTerminal && dependencies.Variable("NO_COLOR") is null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = styled ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = styled ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = dependencies.OutputIsTerminal ? dependencies.Width : CliDependencies.UnlimitedWidth;
        return console;
    }
}
