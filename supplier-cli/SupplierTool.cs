using System.CommandLine;
using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using OrderGrpc.SupplierCli.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.SupplierCli;

/// <summary>The composition of supplier-cli.</summary>
public static class SupplierTool
{
    /// <summary>Makes all its commands.</summary>
    public static RootCommand BuildRootCommand(Shell shell)
    {
        var root = new RootCommand(shell.Texts.Help("supplier-cli"))
        {
            shell.Noun("order", [
                SupplierSteps.ApproveOrder.Verb(shell, "order approve 1"),
                SupplierSteps.RejectOrder.Verb(shell, "order reject 1 --reason \"We do not build fences\""),
                .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [
                DraftCommand.Create(shell),
                .. ReadingCommands.OfQuote(shell),
                SupplierSteps.ApproveQuote.Verb(shell, "quote approve 1"),
                SupplierSteps.RejectQuote.Verb(shell, "quote reject 1 --reason \"Out of stock\"")]),
            shell.Noun("realization", [.. ReadingCommands.OfRealization(shell), Report(shell)]),
            InboxCommand.Create(shell, new SupplierDesk()),
            ContextCommands.Create(shell),
            WhoamiCommand.Create(shell),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }

    private static Command Report(Shell shell)
    {
        var note = shell.Option("--note", "TEXT");
        return SupplierSteps.ReportRealization.Verb(shell, "realization report 1 --note \"Fence and gate are up\"", [note], (_, parsed, request, _) =>
        {
            request.Note = parsed.GetValue(note) ?? "";
            return Task.CompletedTask;
        });
    }
}
