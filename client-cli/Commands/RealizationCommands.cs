using OrderGrpc.CliShell;
using OrderGrpc.CliShell.Commands;
using Command = System.CommandLine.Command;

namespace OrderGrpc.ClientCli.Commands;

/// <summary>The client's own verbs of realization: approve and reject.</summary>
public static class RealizationCommands
{
    /// <summary>Confirms the realization.</summary>
    public static Command CreateApprove(Shell shell)
    {
        var options = new CommandOptions(shell);
        return shell.Verb(
            "realization approve",
            options.With(),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new ClientActions(session, session.Calls).ApproveRealizationAsync(parsed.GetValue(options.Id), identity, cancellation);
                return ExitCodes.Done;
            },
            "realization approve 1");
    }

    /// <summary>Sends the realization back.</summary>
    public static Command CreateReject(Shell shell)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        return shell.Verb(
            "realization reject",
            options.With(reason),
            async (session, parsed, cancellation) =>
            {
                var identity = options.Identity(parsed, session.Dependencies.Time);
                await new ClientActions(session, session.Calls).RejectRealizationAsync(parsed.GetValue(options.Id), identity, parsed.GetValue(reason) ?? "", cancellation);
                return ExitCodes.Done;
            },
            "realization reject 1 --reason \"The gate is missing\"");
    }
}
