using System.CommandLine;
using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.SupplierCli.Commands;

namespace OrderGrpc.SupplierCli;

/// <summary>The composition of supplier-cli.</summary>
public static class SupplierTool
{
    /// <summary>Makes all its commands.</summary>
    public static RootCommand BuildRootCommand(Shell shell)
    {
        var root = new RootCommand(shell.Texts.Help("supplier-cli"))
        {
            shell.Noun("order", [OrderCommands.CreateApprove(shell), OrderCommands.CreateReject(shell), .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [QuoteCommands.CreateDraft(shell), .. ReadingCommands.OfQuote(shell), QuoteCommands.CreateApprove(shell), QuoteCommands.CreateReject(shell)]),
            shell.Noun("realization", [.. ReadingCommands.OfRealization(shell), RealizationCommands.CreateReport(shell)]),
            InboxCommand.Create(shell, new SupplierDesk()),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }
}
