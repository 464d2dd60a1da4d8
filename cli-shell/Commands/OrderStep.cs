using System.CommandLine;
using Grpc.Core;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using Command = System.CommandLine.Command;

namespace OrderGrpc.CliShell.Commands;

/// <summary>A command of the contract, of whatever request.</summary>
public abstract class OrderStep
{
    /// <summary>What it is called on the command line, such as "quote approve".</summary>
    public abstract string Line { get; }

    /// <summary>The verb of a command that has no arguments of its own.</summary>
    public abstract Command Verb(Shell shell);

    /// <summary>The verbs of those of these commands that are of a noun.</summary>
    public static IEnumerable<Command> Verbs(Shell shell, string noun, IEnumerable<OrderStep> steps) =>
        steps.Where(step => step.Line.StartsWith(noun + " ", StringComparison.Ordinal)).Select(step => step.Verb(shell));
}

/// <summary>
/// One command of the contract, declared once: verbs and prompts both send it from here, and the line
/// that says it was done is the server's.
/// </summary>
/// <param name="call">The RPC that takes it.</param>
/// <param name="example">A command line without the tool's name.</param>
public sealed class OrderStep<TRequest, TResponse>(
    Func<Connection, Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>>> call,
    string example) : OrderStep
    where TRequest : IOrderCommand, new()
    where TResponse : IOrderAnswer
{
    /// <summary>Fills in what the command has beyond what all have.</summary>
    public delegate Task Fill(Session session, ParseResult parsed, TRequest request, CancellationToken cancellation);

    /// <summary>Does what follows its answer.</summary>
    public delegate Task Follow(Session session, ParseResult parsed, TResponse answer, CancellationToken cancellation);

    /// <inheritdoc/>
    public override string Line { get; } = CommandLines.Of(new TRequest().Command)!;

    /// <summary>A command line without the tool's name.</summary>
    public string Example => example;

    /// <inheritdoc/>
    public override Command Verb(Shell shell) => Verb(shell, []);

    /// <summary>The verb: its order, --reason where it has one, --yes where it ends something.</summary>
    /// <param name="shell">Whose.</param>
    /// <param name="more">Its own arguments and options.</param>
    /// <param name="fill">Reads them into the request.</param>
    /// <param name="follow">After the answer.</param>
    public Command Verb(Shell shell, Symbol[] more, Fill? fill = null, Follow? follow = null)
    {
        var ends = shell.Texts.Ends(new TRequest().Role, Line);
        var options = new CommandOptions(shell);
        var reason = shell.Option("--reason", "TEXT");
        var yes = shell.Flag("--yes");
        Symbol[] reasonIfAny = new TRequest() is IReasonedCommand ? [reason] : [];
        Symbol[] yesIfFinal = ends is null ? [] : [yes];
        return shell.Verb(
            Line,
            options.With([.. more, .. reasonIfAny, .. yesIfFinal]),
            async (session, parsed, cancellation) =>
            {
                var request = options.Request<TRequest>(parsed, session.Dependencies.Time);
                if (request is IReasonedCommand reasoned)
                {
                    reasoned.Reason = parsed.GetValue(reason) ?? "";
                }

                await (fill?.Invoke(session, parsed, request, cancellation) ?? Task.CompletedTask);
                if (ends is not null && !parsed.GetValue(yes))
                {
                    await Confirmation.AskAsync(session, ends, request.OrderId, cancellation);
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
