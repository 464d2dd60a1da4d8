using Google.Protobuf;
using OrderGrpc.Contract;
using Spectre.Console;

namespace OrderGrpc.CliShell;

/// <summary>
/// The only way to the console. Results go to the output, as text or JSON; everything else goes to
/// the error stream. All text passes <see cref="VisibleText"/> here, so no caller can forget it.
/// </summary>
public sealed class Printer(CliDependencies dependencies, OutputFormat format, Texts texts)
{
    private readonly TextWriter output = dependencies.Output;
    private readonly TextWriter error = dependencies.Error;

    // A watch tells of its connection while a prompt is being answered.
    private readonly Lock gate = new();
    private string? openQuestion;

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
            Block(text);
        }
    }

    /// <summary>One message as one line of JSON.</summary>
    public void Message(IMessage message) => Write(output, JsonText.Of(message) + "\n");

    /// <summary>One line of text.</summary>
    public void Line(string text) => Write(output, VisibleText.Line(text) + "\n");

    /// <summary>The document of a quote, which its writer has escaped.</summary>
    public void Document(string text) => Write(output, Ended(VisibleText.OfEscaped(text)));

    /// <summary>The same where it is not the result, but what a question is about.</summary>
    public void NoticeDocument(string text) => Write(error, Ended(VisibleText.OfEscaped(text)));

    /// <summary>Text of several lines; the last is ended where it is not.</summary>
    private void Block(string text) => Write(output, Ended(VisibleText.Block(text)));

    /// <summary>A part of JSON that is not a line of its own, such as an element of an array.</summary>
    public void JsonPart(string json) => Write(output, json);

    /// <summary>A line that is not a result, such as what happens to the connection.</summary>
    public void Notice(string text) => Write(error, VisibleText.Line(text) + "\n");

    /// <summary>Text of several lines that is not a result, such as what a prompt is about.</summary>
    public void NoticeBlock(string text) => Write(error, Ended(VisibleText.Block(text)));

    /// <summary>A question; the answer is typed behind its last line.</summary>
    public void Question(string text)
    {
        lock (gate)
        {
            openQuestion = VisibleText.Block(text) + " ";
            error.Write(openQuestion);
            error.Flush();
        }
    }

    /// <summary>Shows the open question once more, where other lines than ours have come after it.</summary>
    public void AskAgain()
    {
        lock (gate)
        {
            error.Write(openQuestion is null ? "" : "\n" + openQuestion);
            error.Flush();
        }
    }

    /// <summary>An answer was read, or the question is not open any more.</summary>
    /// <param name="lineEnded">Whether Enter has ended the line of the question, as it does on a terminal.</param>
    public void Answered(bool lineEnded)
    {
        lock (gate)
        {
            if (openQuestion is not null && !lineEnded)
            {
                error.Write('\n');
            }

            openQuestion = null;
        }
    }

    /// <summary>A table, as wide as it needs or the terminal allows.</summary>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, bool showHeader = true)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = showHeader };
        foreach (var name in header)
        {
            var column = new TableColumn(new Spectre.Console.Text(VisibleText.Line(name), new Style(decoration: Decoration.Bold)));
            table.AddColumn(column.PadLeft(0).PadRight(2));
        }

        foreach (var row in rows)
        {
            // Text, not Markup: brackets of other people are brackets.
            table.AddRow(row.Select(cell => new Spectre.Console.Text(VisibleText.Line(cell))));
        }

        Console().Write(table);
    }

    /// <summary>An error.</summary>
    public void Error(ErrorReport report)
    {
        if (format is OutputFormat.Json or OutputFormat.Jsonl)
        {
            Write(error, JsonText.Of(report) + "\n");
            return;
        }

        // The server's message repeats the fields by their names in the request; here they have those of options.
        var messages = report.Fields.Count == 0
            ? [report.Message]
            : report.Fields.Select(f => $"{FieldNames.OnCommandLine(f.Field)}: {f.Description}");
        foreach (var message in messages)
        {
            NoticeBlock(texts.Format(CliShell.Text.Error, message));
        }

        if (report.Hint.Length > 0)
        {
            NoticeBlock(report.Hint);
        }
    }

    private static string Ended(string text) => text.EndsWith('\n') ? text : text + "\n";

    private void Write(TextWriter writer, string text)
    {
        lock (gate)
        {
            // What comes while a question is open does not stand in its line, and leaves it open to see.
            error.Write(openQuestion is null ? "" : "\n");
            try
            {
                writer.Write(text);
                writer.Flush();
            }
            catch (Exception failure) when (failure is UnauthorizedAccessException or ObjectDisposedException)
            {
                // As the runtime has it where the shell has closed the output (>&-).
                throw new IOException(texts[CliShell.Text.OutputClosed], failure);
            }

            error.Write(openQuestion ?? "");
            error.Flush();
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
