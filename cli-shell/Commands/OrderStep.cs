using System.CommandLine;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>
/// One command of the contract, declared once: verbs and prompts both send it from here, and the line
/// that says it was done is the server's.
/// </summary>
/// <param name="call">The RPC that takes it.</param>
/// <param name="ends">What it ends for good, said before it is done on a terminal; null where nothing is.</param>
public sealed class OrderStep<TRequest, TResponse>(
    Func<Connection, Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>>> call,
    Text? ends = null)
    where TRequest : IOrderCommand, new()
    where TResponse : IOrderAnswer
{
    /// <summary>Fills in what the command has beyond what all have.</summary>
    public delegate Task Fill(Session session, ParseResult parsed, TRequest request, CancellationToken cancellation);

    /// <summary>Does what follows its answer.</summary>
    public delegate Task Follow(Session session, ParseResult parsed, TResponse answer, CancellationToken cancellation);

    /// <summary>The verb: its order, --reason where it has one, --yes where it ends something.</summary>
    /// <param name="shell">Whose.</param>
    /// <param name="example">A command line without the tool's name.</param>
    /// <param name="more">Its own arguments and options.</param>
    /// <param name="fill">Reads them into the request.</param>
    /// <param name="follow">After the answer.</param>
    public Command Verb(Shell shell, string example, Symbol[]? more = null, Fill? fill = null, Follow? follow = null)
    {
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        var yes = shell.Flag("--yes");
        Symbol[] reasonIfAny = new TRequest() is IReasonedCommand ? [reason] : [];
        Symbol[] yesIfFinal = ends is null ? [] : [yes];
        return shell.Verb(
            CommandLines.Of(new TRequest().Command)!,
            options.With([.. more ?? [], .. reasonIfAny, .. yesIfFinal]),
            async (session, parsed, cancellation) =>
            {
                var request = options.Request<TRequest>(parsed, session.Dependencies.Time);
                if (request is IReasonedCommand reasoned)
                {
                    reasoned.Reason = parsed.GetValue(reason) ?? "";
                }

                await (fill?.Invoke(session, parsed, request, cancellation) ?? Task.CompletedTask);
                if (ends is { } what && !parsed.GetValue(yes))
                {
                    await Confirmation.AskAsync(session, what, request.OrderId, cancellation);
                }

                var answer = await SendAsync(session, request, session.Calls, cancellation);
                await (follow?.Invoke(session, parsed, answer, cancellation) ?? Task.CompletedTask);
                return ExitCodes.Done;
            },
            example);
    }

    /// <summary>Sends what a prompt was answered with, about the order as it was shown: one that has moved meanwhile refuses it.</summary>
    /// <returns>The order after it.</returns>
    public async Task<Order> AnswerAsync(Session session, Order seen, CancellationToken cancellation, TRequest? filled = default, string reason = "")
    {
        var request = filled ?? new TRequest();
        request.OrderId = seen.Id;
        request.RequestId = RequestIds.New(session.Dependencies.Time);
        request.ExpectedRevision = seen.Revision;
        if (request is IReasonedCommand reasoned)
        {
            reasoned.Reason = reason;
        }

        return (await SendAsync(session, request, session.PatientCalls, cancellation)).Order;
    }

    /// <summary>Sends it and prints the line that says it was done.</summary>
    public Task<TResponse> SendAsync(Session session, TRequest request, RetryingCalls calls, CancellationToken cancellation) =>
        session.SendAsync(call(session.Connection), request, calls, cancellation);
}
