using Google.Protobuf;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>
/// The only way to the console. Results go to the output, as text or JSON; everything else goes to
/// the error stream. All text passes <see cref="VisibleText"/> here, so no caller can forget it.
/// </summary>
public sealed class Printer(CliDependencies dependencies, OutputFormat format, Texts texts, Appearance? appearance = null)
{
    private const int NarrowestAnswer = 20;
    private const string Bold = "\u001b[1m";
    private const string Red = "\u001b[31m";
    private const string Plain = "\u001b[0m";

    private readonly TextWriter output = dependencies.Output;
    private readonly TextWriter error = dependencies.Error;
    private readonly Appearance looks = appearance ?? new Appearance();

    // A watch tells of its connection while a prompt is being answered.
    private readonly Lock gate = new();
    private string? question;
    private Action? redrawAnswer;
    private int animated;

    /// <summary>Whether results are JSON.</summary>
    public bool Json => format == OutputFormat.Json;

    /// <summary>Columns that text may have.</summary>
    public int Width => dependencies.OutputIsTerminal && !looks.Wide ? dependencies.Width : CliDependencies.UnlimitedWidth;

    /// <summary>Whether something may move on the error stream while a person waits.</summary>
    public bool Animates => dependencies.ErrorIsTerminal && !dependencies.TerminalIsDumb;

    /// <summary>Columns that the line of the open question takes, which the answer is typed behind.</summary>
    public int AnswerColumn { get; private set; }

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
    public void Block(string text) => Write(output, Ended(VisibleText.Block(text)));

    /// <summary>A part of JSON that is not a line of its own, such as an element of an array.</summary>
    public void JsonPart(string json) => Write(output, json);

    /// <summary>A line that is not a result, such as what happens to the connection.</summary>
    public void Notice(string text) => Write(error, VisibleText.Line(text) + "\n");

    /// <summary>Text of several lines that is not a result, such as what a prompt is about.</summary>
    public void NoticeBlock(string text) => Write(error, Ended(VisibleText.Block(text)));

    /// <summary>
    /// A question; the answer is typed behind its last line. What was typed before it is shown is no
    /// answer to it.
    /// </summary>
    public void Question(string text)
    {
        dependencies.Keys?.Discard();
        lock (gate)
        {
            question = Erased() + (dependencies.Keys is null ? VisibleText.Block(text) + " " : Fitted(VisibleText.Block(text)));
            error.Write(question);
            error.Flush();
        }
    }

    /// <summary>Shows the open question once more, where other lines than ours have come after it.</summary>
    public void AskAgain()
    {
        lock (gate)
        {
            error.Write(question is null ? "" : "\n" + question);
            redrawAnswer?.Invoke();
            error.Flush();
        }
    }

    /// <summary>Draws an answer as it is typed, with what draws it anew where something came between.</summary>
    public void Answer(string drawn, Action redraw)
    {
        lock (gate)
        {
            redrawAnswer = redraw;
            error.Write(drawn);
            error.Flush();
        }
    }

    /// <summary>An answer was read, or the question is not open any more.</summary>
    /// <param name="lineEnded">Whether Enter has ended the line of the question, as it does on a terminal.</param>
    public void Answered(bool lineEnded)
    {
        lock (gate)
        {
            if (question is not null && !lineEnded)
            {
                error.Write('\n');
            }

            (question, redrawAnswer) = (null, null);
        }
    }

    /// <summary>Rows of a table; the table itself knows how wide it may be.</summary>
    public void Table(Table table, IEnumerable<IReadOnlyList<string>> rows, bool showHeader = true)
    {
        var (header, lines) = table.Lines([.. rows.Select(row => (string[])[.. row.Select(VisibleText.Line)])]);
        var all = showHeader ? lines.Prepend(dependencies.Styles(looks.Color, dependencies.OutputIsTerminal) ? Bold + header + Plain : header) : lines;
        Write(output, string.Concat(all.Select(line => line + "\n")));
    }

    /// <summary>Shows on the error stream what goes on, over what it showed before; empty for nothing any more.</summary>
    public void Animate(string text)
    {
        lock (gate)
        {
            if (question is null)
            {
                error.Write(Erased() + text);
                error.Flush();
                animated = CellWidth.Of(text);
            }
        }
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
            : report.Fields.Select(f => texts.Format(CliShell.Text.FieldError, FieldNames.OnCommandLine(f.Field), f.Description));
        var colored = dependencies.Styles(looks.Color, dependencies.ErrorIsTerminal);
        foreach (var message in messages)
        {
            var text = Ended(VisibleText.Block(texts.Format(CliShell.Text.Error, message)));
            Write(error, colored ? text.Insert(text.IndexOf(':', StringComparison.Ordinal) + 1, Plain).Insert(0, Red) : text);
        }

        if (report.Hint.Length > 0)
        {
            NoticeBlock(report.Hint);
        }
    }

    private static string Ended(string text) => text.EndsWith('\n') ? text : text + "\n";

    // A question in the width of the terminal, with room behind it for the answer, or under it.
    private string Fitted(string text)
    {
        var lines = text.Split('\n').SelectMany(line => TextFlow.Wrap(line, dependencies.Width)).ToList();
        var behind = CellWidth.Of(lines[^1]) + 1;
        var fits = dependencies.Width - behind >= NarrowestAnswer;
        AnswerColumn = fits ? behind : 0;
        return string.Join('\n', lines) + (fits ? " " : "\n");
    }

    private string Erased()
    {
        // By blanks, which every terminal knows.
        var erased = animated == 0 ? "" : "\r" + new string(' ', animated) + "\r";
        animated = 0;
        return erased;
    }

    private void Write(TextWriter writer, string text)
    {
        lock (gate)
        {
            // What comes while a question is open does not stand in its line, and leaves it open to see.
            error.Write(Erased() + (question is null ? "" : "\n"));
            error.Flush();
            try
            {
                writer.Write(text);
                writer.Flush();
            }
            catch (Exception failure) when (failure is UnauthorizedAccessException or ObjectDisposedException)
            {
                // As the runtime has it where the shell has closed the output (>&-). Its own cause would say less.
                throw new IOException(texts[CliShell.Text.OutputClosed]);
            }

            error.Write(question ?? "");
            redrawAnswer?.Invoke();
            error.Flush();
        }
    }
}
