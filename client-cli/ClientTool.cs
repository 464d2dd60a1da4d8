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
            shell.Noun("order", [OrderCommands.CreatePlace(shell), OrderCommands.CreateCancel(shell), .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [.. ReadingCommands.OfQuote(shell), QuoteCommands.CreateApprove(shell), QuoteCommands.CreateReject(shell), QuoteCommands.CreateRevise(shell)]),
            shell.Noun("realization", [.. ReadingCommands.OfRealization(shell), RealizationCommands.CreateApprove(shell), RealizationCommands.CreateReject(shell)]),
            InboxCommand.Create(shell, new ClientDesk()),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }
}
