using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>quote show: prints the document, or saves its exact bytes.</summary>
public static class QuoteShowCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var id = OrderIdArgument.Make(shell.Texts);
        var save = shell.Option("--save", "DIR");
        var revision = NumberOption.Make(shell.Texts, "--quote-revision", "N", smallest: 1, largest: int.MaxValue);
        return shell.Verb(
            "quote show",
            [id, save, revision],
            async (session, parsed, cancellation) =>
            {
                var orderId = parsed.GetValue(id);
                var document = await QuoteDocumentReader.FetchAsync(session, orderId, (int)(parsed.GetValue(revision) ?? 0), session.Calls, cancellation);
                var path = parsed.GetValue(save) is { } folder ? QuoteDocumentReader.Save(session, document, folder, orderId) : null;
                Print(session, document, path);
                return ExitCodes.Done;
            },
            "quote show 1",
            "quote show 1 --save .");
    }

    private static void Print(Session session, GetQuoteDocumentResponse document, string? path)
    {
        if (session.Printer.Json)
        {
            session.Printer.Message(document);
        }
        else if (path is not null)
        {
            session.Printer.Line(session.Texts.Format(Text.QuoteSaved, path));
        }
        else
        {
            session.Printer.Document(QuoteDocumentReader.TextOf(document));
        }

        if (!document.Sent)
        {
            session.Printer.Notice(session.Texts[Text.QuoteIsDraft]);
        }
    }
}
