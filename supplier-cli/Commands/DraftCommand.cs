using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.SupplierCli.Commands;

/// <summary>quote draft: one amount, or lines.</summary>
public sealed class DraftCommand
{
    private const string Here = ".";

    private readonly Option<string> amount;
    private readonly Option<string[]> lines;
    private readonly Option<string> currency;
    private readonly Option<bool> free;
    private readonly Option<string> validUntil;
    private readonly Option<string> save;

    private DraftCommand(Shell shell)
    {
        amount = shell.Option("--amount", "AMOUNT");
        lines = shell.ManyOption("--line", "DESC[=QTY]@PRICE");
        lines.Description = shell.Texts.Help("quote draft --line");
        currency = shell.Option("--currency", "CODE");
        free = shell.Flag("--free");
        validUntil = shell.Option("--valid-until", "TIME");
        save = shell.Option("--save", "DIR");
        save.Description = shell.Texts.Help("quote draft --save");
        save.Arity = ArgumentArity.ZeroOrOne;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var it = new DraftCommand(shell);
        return SupplierSteps.DraftQuote.Verb(
            shell,
            [it.amount, it.lines, it.currency, it.free, it.validUntil, it.save],
            it.FillAsync,
            it.FollowAsync);
    }

    /// <summary>The line says quote_1.txt: where it is not written, how to get it.</summary>
    public static void TellWhereItIs(Session session, Order order)
    {
        if (!session.Printer.Json)
        {
            session.Printer.Notice(session.Texts.Format(Text.QuoteFileHint, session.ToType($"quote show {order.Id} --save .")));
        }
    }

    private Task FillAsync(Session session, ParseResult parsed, DraftQuoteRequest request, CancellationToken cancellation)
    {
        var code = parsed.GetValue(currency)?.ToUpperInvariant();
        var offer = (parsed.GetValue(amount), parsed.GetValue(lines)) switch
        {
            ({ } whole, null or []) => QuoteDraft.OfAmount(session.Texts, request.OrderId, whole, code, parsed.GetValue(free)),
            (null, { Length: > 0 } each) => QuoteDraft.OfLines(session.Texts, request.OrderId, each, code, parsed.GetValue(free)),
            _ => throw CliException.Usage(session.Texts[Text.AmountOrLines]),
        };
        request.Lines.Add(offer.Lines);
        if (parsed.GetResult(save) is { Implicit: false })
        {
            // Before anything is done, as far as can be known.
            QuoteDocumentReader.MakeFolder(session, parsed.GetValue(save) ?? Here);
        }

        request.ValidUntil = ValidUntil(session, parsed.GetValue(validUntil));
        return Task.CompletedTask;
    }

    private async Task FollowAsync(Session session, ParseResult parsed, DraftQuoteResponse answer, CancellationToken cancellation)
    {
        if (parsed.GetResult(save) is not { Implicit: false })
        {
            TellWhereItIs(session, answer.Order);
            return;
        }

        try
        {
            var document = await QuoteDocumentReader.FetchAsync(session, answer.Order.Id, answer.Order.Quote.Revision, session.Calls, cancellation);
            var path = QuoteDocumentReader.Save(session, document, parsed.GetValue(save) ?? Here, answer.Order.Id);
            session.Printer.Notice(session.Texts.Format(Text.QuoteSaved, path));
        }
        catch (Exception failure) when (Session.IsReported(failure))
        {
            // The quote is drafted: an error would have a script draft the next revision.
            session.Printer.Notice(session.Texts.Format(Text.DoneButNotSaved, session.Report(failure).Message));
            TellWhereItIs(session, answer.Order);
        }
    }

    private static Timestamp? ValidUntil(Session session, string? text)
    {
        if (text is null)
        {
            return null;
        }

        return TimeText.TryParseEnd(text, session.Dependencies.Time, out var time) ? time : throw CliException.Usage(session.Texts.Format(Text.BadTime, "--valid-until", text));
    }
}
