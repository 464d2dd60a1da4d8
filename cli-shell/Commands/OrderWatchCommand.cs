using System.CommandLine;
using System.CommandLine.Parsing;
using Grpc.Core;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>order watch: what happens, as it happens; with a program, runs it per event.</summary>
public sealed class OrderWatchCommand
{
    private readonly Argument<string[]> words;
    private readonly Option<long?> after;
    private readonly Option<bool> fromBeginning;
    private readonly Option<bool> snapshot;
    private readonly Option<string> cursor;
    private readonly Option<string[]> states;
    private readonly RowOptions<EventRow> columns;

    private OrderWatchCommand(Shell shell)
    {
        words = new("ID") { Description = shell.Texts.Help("order watch ID"), Arity = ArgumentArity.ZeroOrMore };
        after = NumberOption.Make(shell.Texts, "--after", "POSITION", smallest: 0);
        fromBeginning = shell.Flag("--from-beginning");
        snapshot = shell.Flag("--snapshot");
        cursor = shell.Option("--cursor", "NAME");
        states = StateNames.Option(shell, "--state");
        columns = new RowOptions<EventRow>(shell, RowColumns.OfEvents, RowColumns.DefaultOfEvents);
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var it = new OrderWatchCommand(shell);
        return shell.Verb(
            "order watch",
            [it.words, it.after, it.fromBeginning, it.snapshot, it.cursor, it.states, it.columns.Columns],
            it.RunAsync,
            "order watch",
            "order watch 1 2 --from-beginning --output json",
            "order watch --cursor mail --after 0 -- ./send-mail --verbose");
    }

    private async Task<int> RunAsync(Session session, ParseResult parsed, CancellationToken cancellation)
    {
        Validate(session.Texts, parsed);
        var (ids, program) = Split(session, parsed);
        var request = Request(session.Texts, parsed, ids);
        using var remembered = parsed.GetValue(cursor) is { } name ? CursorFile.Open(session, name, request) : null;
        if (remembered?.Position is { } position)
        {
            // Whoever says so means it, and would wait for what has been told already.
            if (parsed.GetValue(fromBeginning))
            {
                throw CliException.Usage(session.Texts.Format(Text.CursorHasBegun, parsed.GetValue(cursor), position, remembered.Path));
            }

            request.AfterPosition = position;
        }

        var rows = columns.For(session, parsed);
        if (program is null)
        {
            rows?.Begin();
        }

        try
        {
            var text = new EventText(session);
            await foreach (var message in new WatchFollower(session).ReadAsync(request, cancellation))
            {
                await HandleAsync(session, text, message, program, rows, request.Snapshot, cancellation);
                remembered?.Move(message.Position);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how a watch ends.
        }
        catch (RpcException ahead) when (ahead.StatusCode == StatusCode.OutOfRange && remembered?.Position is { } past)
        {
            throw new CliException(ExitCodes.Refused, "OUT_OF_RANGE", session.Texts.Format(Text.CursorAhead, parsed.GetValue(cursor), past, remembered.Path));
        }

        return ExitCodes.Done;
    }

    private static async Task HandleAsync(
        Session session, EventText text, WatchOrdersResponse message, EventProgram? program, RowPrinter<EventRow>? rows, bool snapshot, CancellationToken cancellation)
    {
        var printer = session.Printer;
        switch (message.MessageCase)
        {
            case WatchOrdersResponse.MessageOneofCase.Event when program is not null:
                await program.RunAsync(message, message.Position, cancellation);
                break;
            case WatchOrdersResponse.MessageOneofCase.Event or WatchOrdersResponse.MessageOneofCase.SnapshotOrder when rows is not null:
                rows.Print(new EventRow(message.Position, message.Event?.Event, message.SnapshotOrder ?? message.Event?.Order));
                break;
            case WatchOrdersResponse.MessageOneofCase.Event or WatchOrdersResponse.MessageOneofCase.SnapshotOrder when printer.Json:
                printer.Message(message);
                break;
            case WatchOrdersResponse.MessageOneofCase.Event or WatchOrdersResponse.MessageOneofCase.SnapshotOrder:
                text.PrintRow(message);
                break;
            case WatchOrdersResponse.MessageOneofCase.CaughtUp when snapshot && printer.Json:
                // So that a program knows the snapshot to be whole.
                printer.Message(message);
                break;
        }
    }

    private void Validate(Texts texts, ParseResult parsed)
    {
        Option[] starts = [.. new Option[] { after, fromBeginning, snapshot }.Where(o => parsed.GetResult(o) is { Implicit: false })];
        if (starts.Length > 1)
        {
            throw CliException.Usage(texts.Format(Text.NotTogether, starts[0].Name, starts[1].Name));
        }

        // A snapshot is what is now; a cursor or a program wants what happened, each thing once.
        var program = parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash);
        if (parsed.GetValue(snapshot) && (program || parsed.GetValue(cursor) is not null))
        {
            throw CliException.Usage(texts.Format(Text.NotTogether, snapshot.Name, program ? "-- PROGRAM" : cursor.Name));
        }
    }

    // The parser gives the words before and behind "--" as one list.
    private (IReadOnlyList<long> Ids, EventProgram? Program) Split(Session session, ParseResult parsed)
    {
        var texts = session.Texts;
        var all = parsed.GetValue(words) ?? [];
        var behind = parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Skip(1).Count();
        if (behind == 0 && parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
        {
            throw CliException.Usage(texts[Text.ProgramMissing]);
        }

        var ids = new List<long>();
        foreach (var word in all[..^behind])
        {
            ids.Add(OrderIdArgument.TryParse(word, out var id) ? id : throw CliException.Usage(texts.Format(Text.BadOrderId, word)));
        }

        var program = behind == 0 ? null : new EventProgram(all[^behind], all[^(behind - 1)..], session.Dependencies, texts);
        return (ids, program);
    }

    private WatchOrdersRequest Request(Texts texts, ParseResult parsed, IReadOnlyList<long> ids)
    {
        var request = new WatchOrdersRequest { OrderIds = { ids } };
        request.States.Add(StateNames.Parse(texts, states.Name, parsed.GetValue(states)));
        if (parsed.GetValue(after) is { } position)
        {
            request.AfterPosition = position;
        }
        else if (parsed.GetValue(fromBeginning))
        {
            request.Beginning = true;
        }
        else if (parsed.GetValue(snapshot))
        {
            request.Snapshot = true;
        }

        return request;
    }
}
