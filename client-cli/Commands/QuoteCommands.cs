using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>The client's own verbs of quote: approve, reject and revise.</summary>
public static class QuoteCommands
{
    /// <summary>Accepts the quote that it shows, or the one that --quote-revision and --digest state.</summary>
    public static Command CreateApprove(Shell shell)
    {
        var options = new CommandOptions(shell);
        var revision = NumberOption.Make(shell.Texts, "--quote-revision", "N", smallest: 1, largest: int.MaxValue);
        var digest = shell.Option("--digest", "SHA256");
        return shell.Verb(
            "quote approve",
            options.With(revision, digest),
            async (session, parsed, cancellation) =>
            {
                var id = parsed.GetValue(options.Id);
                var identity = options.Identity(parsed, session.Dependencies.Time);
                var stated = (Revision: (int?)parsed.GetValue(revision), Digest: parsed.GetValue(digest));
                if (stated.Revision is null || stated.Digest is null)
                {
                    var document = await QuoteDocumentReader.FetchAsync(session, id, stated.Revision ?? 0, session.Calls, cancellation);
                    Show(session, document);
                    stated = (stated.Revision ?? document.QuoteRevision, stated.Digest ?? document.Digest);
                }

                await new ClientActions(session, session.Calls).ApproveQuoteAsync(id, identity, stated.Revision.Value, stated.Digest, cancellation);
                return ExitCodes.Done;
            },
            "quote approve 1");
    }

    /// <summary>Refuses the quote.</summary>
    public static Command CreateReject(Shell shell) => CreateWithReason(
        shell,
        "quote reject",
        (actions, id, identity, reason, cancellation) => actions.RejectQuoteAsync(id, identity, reason, cancellation),
        "quote reject 1 --reason \"Too expensive\"");

    /// <summary>Asks for another quote.</summary>
    public static Command CreateRevise(Shell shell) => CreateWithReason(
        shell,
        "quote revise",
        (actions, id, identity, reason, cancellation) => actions.ReviseQuoteAsync(id, identity, reason, cancellation),
        "quote revise 1 --reason \"Without the gate, please\"");

    private static void Show(Session session, OrderGrpc.V1.GetQuoteDocumentResponse document)
    {
        if (!session.Printer.Json)
        {
            session.Printer.NoticeBlock(QuoteDocumentReader.TextOf(document));
        }
    }

    private static Command CreateWithReason(
        Shell shell,
        string path,
        Func<ClientActions, long, CommandIdentity, string, CancellationToken, Task> act,
        string example)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        return shell.Verb(
            path,
            options.With(reason),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await act(new ClientActions(session, session.Calls), parsed.GetValue(options.Id), identity, parsed.GetValue(reason) ?? "", cancellation);
                return ExitCodes.Done;
            },
            example);
    }
}
