using System.CommandLine;
using OrderGrpc.ClientCli.Commands;
using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;

namespace OrderGrpc.ClientCli;

/// <summary>The composition of client-cli.</summary>
public static class ClientTool
{
    /// <summary>Makes all its commands.</summary>
    public static RootCommand BuildRootCommand(Shell shell)
    {
        var root = new RootCommand(shell.Texts.Help("client-cli"))
        {
            shell.Noun("order", [
                PlaceCommand.Create(shell),
                ClientSteps.Cancel.Verb(shell, "order cancel 1 --reason \"No longer needed\""),
                .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [
                .. ReadingCommands.OfQuote(shell),
                AcceptCommand.Create(shell),
                ClientSteps.RejectQuote.Verb(shell, "quote reject 1 --reason \"Too expensive\""),
                ClientSteps.ReviseQuote.Verb(shell, "quote revise 1 --reason \"Without the gate, please\"")]),
            shell.Noun("realization", [
                .. ReadingCommands.OfRealization(shell),
                ClientSteps.ApproveRealization.Verb(shell, "realization approve 1"),
                ClientSteps.RejectRealization.Verb(shell, "realization reject 1 --reason \"The gate is missing\"")]),
            InboxCommand.Create(shell, new ClientDesk()),
            ContextCommands.Create(shell),
            WhoamiCommand.Create(shell),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }
}
