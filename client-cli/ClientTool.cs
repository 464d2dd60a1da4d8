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
                .. OrderStep.Verbs(shell, "order", ClientSteps.Plain),
                LinkCommand.Create(shell),
                .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [
                .. ReadingCommands.OfQuote(shell),
                AcceptCommand.Create(shell),
                .. OrderStep.Verbs(shell, "quote", ClientSteps.Plain)]),
            shell.Noun("realization", [
                .. ReadingCommands.OfRealization(shell),
                .. OrderStep.Verbs(shell, "realization", ClientSteps.Plain)]),
            InboxCommand.Create(shell, new ClientDesk()),
            ContextCommands.Create(shell),
            WhoamiCommand.Create(shell),
            WebCommand.Create(shell),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }
}
