using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>quote approve of a client: accepts the quote that it shows, or the one that --quote-revision and --digest state.</summary>
public static class AcceptCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var revision = NumberOption.Make(shell.Texts, "--quote-revision", "N", smallest: 1, largest: int.MaxValue);
        var digest = shell.Option("--digest", "SHA256");
        return ClientSteps.ApproveQuote.Verb(shell, [revision, digest], async (session, parsed, request, cancellation) =>
        {
            request.QuoteRevision = (int)(parsed.GetValue(revision) ?? 0);
            request.Digest = parsed.GetValue(digest) ?? "";
            if (request.QuoteRevision > 0 && request.Digest.Length > 0)
            {
                return;
            }

            var document = await QuoteDocumentReader.FetchAsync(session, request.OrderId, request.QuoteRevision, session.Calls, cancellation);
            if (!session.Printer.Json)
            {
                session.Printer.NoticeDocument(QuoteDocumentReader.TextOf(document));
            }

            request.QuoteRevision = document.QuoteRevision;
            request.Digest = request.Digest.Length > 0 ? request.Digest : document.Digest;
        });
    }
}
