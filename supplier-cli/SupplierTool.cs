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
                .. OrderStep.Verbs(shell, "order", SupplierSteps.Plain),
                .. ReadingCommands.OfOrder(shell)]),
            shell.Noun("quote", [
                DraftCommand.Create(shell),
                .. ReadingCommands.OfQuote(shell),
                .. OrderStep.Verbs(shell, "quote", SupplierSteps.Plain)]),
            shell.Noun("realization", [.. ReadingCommands.OfRealization(shell), .. OrderStep.Verbs(shell, "realization", SupplierSteps.Plain), Report(shell)]),
            InboxCommand.Create(shell, new SupplierDesk()),
            ContextCommands.Create(shell),
            WhoamiCommand.Create(shell),
            WebCommand.Create(shell),
        };
        root.Add(CompletionCommand.Create(shell));
        root.Add(HelpCommand.Create(shell, root));
        shell.Options.AddTo(root);
        return root;
    }

    private static Command Report(Shell shell)
    {
        var note = shell.Option("--note", "TEXT");
        return SupplierSteps.ReportRealization.Verb(shell, [note], (_, parsed, request, _) =>
        {
            request.Note = parsed.GetValue(note) ?? "";
            return Task.CompletedTask;
        });
    }
}
