using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.SupplierCli.Commands;

/// <summary>The supplier's own verbs of order: approve and reject.</summary>
public static class OrderCommands
{
    /// <summary>Verifies an order.</summary>
    public static Command CreateApprove(Shell shell)
    {
        var options = new CommandOptions(shell);
        return shell.Verb(
            "order approve",
            options.With(),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Calls).ApproveOrderAsync(parsed.GetValue(options.Id), identity, cancellation);
                return ExitCodes.Done;
            },
            "order approve 1");
    }

    /// <summary>Refuses an order.</summary>
    public static Command CreateReject(Shell shell)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        return shell.Verb(
            "order reject",
            options.With(reason),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new SupplierActions(session, session.Calls).RejectOrderAsync(parsed.GetValue(options.Id), identity, parsed.GetValue(reason) ?? "", cancellation);
                return ExitCodes.Done;
            },
            "order reject 1 --reason \"We do not build fences\"");
    }
}
