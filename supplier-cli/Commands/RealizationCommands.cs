using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.SupplierCli.Commands;

/// <summary>The supplier's own verb of realization: report.</summary>
public static class RealizationCommands
{
    /// <summary>Reports the service realized.</summary>
    public static Command CreateReport(Shell shell)
    {
        var options = new CommandOptions(shell);
        var note = shell.Option("--note", "TEXT");
        return shell.Verb(
            "realization report",
            options.With(note),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Calls).ReportRealizationAsync(parsed.GetValue(options.Id), identity, parsed.GetValue(note) ?? "", cancellation);
                return ExitCodes.Done;
            },
            "realization report 1 --note \"Fence and gate are up\"");
    }
}
