using System.Globalization;
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
                var path = parsed.GetValue(save) is { } folder ? Save(session, document, folder, orderId) : null;
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
            session.Printer.Block(QuoteDocumentReader.TextOf(document));
        }

        if (!document.Sent)
        {
            session.Printer.Notice(session.Texts[Text.QuoteIsDraft]);
        }
    }

    // The name is made here, not taken from the answer, so that no server chooses which file is written.
    private static string Save(Session session, GetQuoteDocumentResponse document, string folder, long orderId)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"quote_{orderId}.txt"));
        try
        {
            Directory.CreateDirectory(folder);
            DurableFile.Replace(path, document.Content.Span);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Refused(session.Texts.Format(Text.FileNotWritten, path, failure.Message));
        }
    }
}
