using System.Globalization;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Processing;

/// <summary>A command that waits for its turn.</summary>
public sealed record PendingCommand(IOrderCommand Command, Caller Caller, RequestKey? Request, CancellationToken Cancellation)
{
    /// <summary>Set when the command is durable or refused.</summary>
    public TaskCompletionSource<CommandAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One command in a batch: load, Decide, Evolve, append.</summary>
public static class CommandRunner
{
    /// <summary>What the command comes to. A refusal appends nothing.</summary>
    public static CommandAnswer Run(IOrderBatch batch, PendingCommand pending, DateTimeOffset now)
    {
        var (command, caller) = (pending.Command, pending.Caller);

        // Before anything else: a repeated request gets its first answer, whatever happened since.
        if (pending.Request is { } request && batch.FindRequest(caller, request.RequestId) is { } recorded)
        {
            return recorded.ContentHash.AsSpan().SequenceEqual(request.ContentHash)
                ? new CommandAnswer(recorded.Order, recorded.Position, null)
                : new Refusal(ErrorReason.RequestIdReused, ("request_id", request.RequestId));
        }

        var order = command.OrderId == 0 ? null : batch.Load(command.OrderId, caller);
        if (command.OrderId != 0 && order is null)
        {
            return new Refusal(ErrorReason.OrderNotFound, ("order_id", Text(command.OrderId)));
        }

        if (command.HasExpectedRevision && command.ExpectedRevision != order!.Revision)
        {
            return new Refusal(ErrorReason.RevisionStale,
                ("order_id", Text(order.Id)), ("expected_revision", Text(command.ExpectedRevision)), ("revision", Text(order.Revision)));
        }

        var decision = Decider.Decide(order, command, caller, now);
        return decision.Refusal is { } refusal ? refusal : Append(batch, pending, order, decision.Event!);
    }

    private static CommandAnswer Append(IOrderBatch batch, PendingCommand pending, Order? order, OrderEvent happened)
    {
        var places = happened.OrderPlaced is not null;
        happened.OrderId = places ? batch.NextOrderId : happened.OrderId;
        happened.Position = batch.NextPosition;
        var after = Evolver.Evolve(places ? null : order, happened);
        var document = happened.QuoteSent is null ? null : QuoteDocument.Render(after);
        batch.Append(happened, after, document, pending.Request);
        return new CommandAnswer(after, happened.Position, null);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
