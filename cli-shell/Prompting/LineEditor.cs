using System.Globalization;
using System.Text;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>
/// Reads one line from a person: arrows, Home and End, the keys of a shell (Ctrl-A E B F U K W Y, Alt-B
/// F D), earlier answers by Up and Down. It draws with backspaces and blanks alone, which every
/// terminal knows, and scrolls sideways where the line is too long.
/// </summary>
/// <param name="keys">What is typed.</param>
/// <param name="printer">Where it is drawn, behind the question.</param>
/// <param name="dependencies">The terminal.</param>
/// <param name="earlier">Answers of this run, oldest first; the line is added.</param>
public sealed class LineEditor(IKeys keys, Printer printer, CliDependencies dependencies, List<string> earlier)
{
    // Between the two a terminal sends what is pasted, so that a line feed in it is no Enter.
    private const string BeginPaste = "200~";
    private const string EndPaste = "201~";
    private const string AskForPaste = "\u001b[?2004h";
    private const string NoMorePaste = "\u001b[?2004l";

    private readonly TypedText text = new();
    private readonly StringBuilder sequence = new();
    private int recalled = earlier.Count;
    private int from;
    private int cursorColumn;
    private string drawn = "";
    private bool pasting;

    private enum After
    {
        Typing,
        Entered,
        Ended,
    }

    /// <summary>The line; null where the input was ended by Ctrl-D or is gone.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var ending = dependencies.TerminalIsDumb ? "" : NoMorePaste;
        printer.Answer(dependencies.TerminalIsDumb ? "" : AskForPaste, Redraw);
        try
        {
            while (await keys.ReadAsync(cancellation) is { } key)
            {
                switch (Take(key))
                {
                    case After.Entered:
                        Remember();
                        ending += "\n";
                        return text.ToString();
                    case After.Ended:
                        return null;
                }

                if (!char.IsHighSurrogate(key.KeyChar))
                {
                    Draw();
                }
            }

            return null;
        }
        finally
        {
            text.ToEnd();
            Draw();
            printer.Answer(ending, Redraw);
        }
    }

    private void Remember()
    {
        if (text.ToString().Trim() is { Length: > 0 } line && line != earlier.LastOrDefault())
        {
            earlier.Add(line);
        }
    }

    private After Take(ConsoleKeyInfo key)
    {
        if (IsPartOfSequence(key))
        {
            return After.Typing;
        }

        if (pasting)
        {
            Insert(key.Key is ConsoleKey.Enter or ConsoleKey.Tab || key.KeyChar is '\r' or '\n' ? ' ' : key.KeyChar);
            return After.Typing;
        }

        var word = key.Modifiers.HasFlag(ConsoleModifiers.Control) || key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        return key.Key switch
        {
            ConsoleKey.Enter => After.Entered,
            ConsoleKey.LeftArrow => Do(word ? text.WordLeft : text.Left),
            ConsoleKey.RightArrow => Do(word ? text.WordRight : text.Right),
            ConsoleKey.Home => Do(text.ToStart),
            ConsoleKey.End => Do(text.ToEnd),
            ConsoleKey.Backspace => Do(word && key.KeyChar != '\b' ? text.CutWordLeft : text.DeleteLeft),
            ConsoleKey.Delete => Do(word ? text.CutWordRight : text.DeleteRight),
            ConsoleKey.UpArrow => Recall(-1),
            ConsoleKey.DownArrow => Recall(1),
            _ when key.Modifiers.HasFlag(ConsoleModifiers.Alt) => OfAlt(key.KeyChar),
            _ when char.IsControl(key.KeyChar) => OfControl(key.KeyChar),
            _ => Do(() => Insert(key.KeyChar)),
        };
    }

    private After OfControl(char control) => (char)(control + '@') switch
    {
        'A' => Do(text.ToStart),
        'B' => Do(text.Left),
        'D' when text.ToString().Length == 0 => After.Ended,
        'D' => Do(text.DeleteRight),
        'E' => Do(text.ToEnd),
        'F' => Do(text.Right),
        'H' => Do(text.DeleteLeft),
        'I' => Do(() => Insert(' ')),
        'J' or 'M' => After.Entered,
        'K' => Do(text.CutToEnd),
        'N' => Recall(1),
        'P' => Recall(-1),
        'U' => Do(text.CutToStart),
        'W' => Do(text.CutWordLeft),
        'Y' => Do(text.PutBack),
        _ => After.Typing,
    };

    private After OfAlt(char letter) => char.ToLowerInvariant(letter) switch
    {
        'b' => Do(text.WordLeft),
        'd' => Do(text.CutWordRight),
        'f' => Do(text.WordRight),
        _ => After.Typing,
    };

    private static After Do(Action action)
    {
        action();
        return After.Typing;
    }

    private void Insert(char typed)
    {
        if (!char.IsControl(typed))
        {
            text.Insert(typed);
        }
    }

    private After Recall(int step)
    {
        var wanted = recalled + step;
        if (wanted >= 0 && wanted <= earlier.Count)
        {
            recalled = wanted;
            text.Replace(wanted == earlier.Count ? "" : earlier[wanted]);
        }

        return After.Typing;
    }

    // Sequences that the console does not know come as Escape, '[', and what follows up to a letter or '~'.
    private bool IsPartOfSequence(ConsoleKeyInfo key)
    {
        var begins = sequence.Length == 0 && (key.Key == ConsoleKey.Escape || (key.KeyChar == '[' && key.Modifiers.HasFlag(ConsoleModifiers.Alt)));
        if (begins)
        {
            sequence.Append(key.Key == ConsoleKey.Escape ? "\u001b" : "\u001b[");
            return true;
        }

        if (sequence.Length == 0)
        {
            return false;
        }

        if (sequence.Length == 1 && key.KeyChar != '[')
        {
            // A lone Escape means nothing here.
            sequence.Clear();
            return false;
        }

        sequence.Append(key.KeyChar);
        if (sequence.Length > 2 && key.KeyChar is >= '@' and <= '~')
        {
            var body = sequence.ToString(2, sequence.Length - 2);
            pasting = body == BeginPaste || (pasting && body != EndPaste);
            sequence.Clear();
        }

        return true;
    }

    // What came between has moved the question to a line of its own, with nothing behind it.
    private void Redraw()
    {
        (cursorColumn, drawn) = (0, "");
        Draw();
    }

    private void Draw()
    {
        var line = text.ToString();
        var room = Math.Max(4, dependencies.Width - printer.AnswerColumn - 1);
        from = Math.Min(from, text.At);
        while (Columns(line[from..text.At]) > room)
        {
            from += StringInfo.GetNextTextElementLength(line, from);
        }

        var shown = VisibleText.Line(line[from..]);
        shown = shown[..CellWidth.LengthWithin(shown, room)];
        var (before, columns) = (Columns(line[from..text.At]), CellWidth.Of(shown));
        var blanks = Math.Max(0, CellWidth.Of(drawn) - columns);

        // Only from where it differs: a letter typed at the end is a letter written.
        var (same, sameColumns) = Same(drawn, shown);
        var moved = sameColumns <= cursorColumn
            ? new string('\b', cursorColumn - sameColumns)
            : drawn[CellWidth.LengthWithin(drawn, cursorColumn)..same];
        printer.Answer(moved + shown[same..] + new string(' ', blanks) + new string('\b', blanks + columns - before), Redraw);
        (cursorColumn, drawn) = (before, shown);
    }

    private static (int Length, int Columns) Same(string one, string other)
    {
        var length = one.AsSpan().CommonPrefixLength(other);

        // A mark that joins the letter before it changes that letter.
        var starts = StringInfo.ParseCombiningCharacters(other).Append(other.Length);
        length = length == other.Length || length == one.Length && starts.Contains(length) ? length : starts.Last(start => start <= length);
        return (length, CellWidth.Of(other.AsSpan(0, length)));
    }

    private static int Columns(string part) => CellWidth.Of(VisibleText.Line(part));
}
