using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>order wait: ends when an order reaches a state.</summary>
public static class OrderWaitCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Shell shell)
    {
        var id = OrderIdArgument.Make(shell.Texts);
        var states = StateNames.Option(shell, "--for");
        states.Required = true;
        return shell.Verb(
            "order wait",
            [id, states],
            async (session, parsed, cancellation) =>
            {
                var wanted = StateNames.Parse(session.Texts, states.Name, parsed.GetValue(states));
                return await RunAsync(session, parsed.GetValue(id), wanted, cancellation);
            },
            "order wait 1 --for completed",
            "order wait 1 --for completed,rejected,cancelled --timeout 30m");
    }

    private static async Task<int> RunAsync(Session session, long id, IReadOnlyList<Order.Types.State> wanted, CancellationToken cancellation)
    {
        using var limit = session.Settings.TimeoutFlag is { } timeout
            ? new CancellationTokenSource(timeout, session.Dependencies.Time)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        Order? last = null;
        using var waiting = session.Waiting();
        try
        {
            var request = new WatchOrdersRequest { OrderIds = { id }, Snapshot = true };
            await foreach (var message in new WatchFollower(session).ReadAsync(request, either.Token))
            {
                last = message.SnapshotOrder ?? message.Event?.Order ?? last;
                if (last is not null && Outcome(session, last, wanted) is { } code)
                {
                    return code;
                }
            }

            throw new InvalidOperationException("A watch has no end of its own.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            var state = last is null ? "?" : session.Words.Of(last.State);
            throw new CliException(ExitCodes.Timeout, "DEADLINE_EXCEEDED", session.Texts.Format(Text.WaitTimedOut, id, state));
        }
    }

    private static int? Outcome(Session session, Order order, IReadOnlyList<Order.Types.State> wanted)
    {
        if (wanted.Contains(order.State))
        {
            session.Printer.Result(order, session.Texts.Format(Text.OrderState, order.Id, session.Words.Of(order.State)));
            return ExitCodes.Done;
        }

        return order.WaitingOn == WaitingOn.Nobody
            ? throw new CliException(ExitCodes.EndedElsewhere, "FAILED_PRECONDITION", session.Texts.Format(Text.EndedElsewhere, order.Id, session.Words.Of(order.State)))
            : null;
    }
}
