using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Storage;
using OrderGrpc.Server.Telemetry;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Processing;

/// <summary>A command that waits for its turn.</summary>
public sealed record PendingCommand(IOrderCommand Command, Caller Caller, RequestKey? Request, CancellationToken Cancellation) : IBatchNeed, IQueued
{
    public long OrderId => Command.OrderId;

    /// <summary>Set when the command is durable or refused.</summary>
    public TaskCompletionSource<CommandAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QueuePassage? Passage { get; set; }

    /// <summary>What is wrong with the request as such: refused unless it was done already, when it was not wrong.</summary>
    public Refusal? Fault { get; init; }

    /// <summary>The request by its id and the hash of its content; null without an id, or with one that none can have.</summary>
    public static RequestKey? RequestOf(IOrderCommand command, Caller caller)
    {
        if (command.RequestId.Length == 0 || Encoding.UTF8.GetByteCount(command.RequestId) > ContractLimits.RequestIdBytes)
        {
            return null;
        }

        var length = 1 + command.CalculateSize();
        var content = ArrayPool<byte>.Shared.Rent(length);
        content[0] = (byte)command.Command;
        command.WriteTo(content.AsSpan(1, length - 1));
        var hash = SHA256.HashData(content.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(content);
        return new RequestKey(caller, command.RequestId, hash);
    }
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
            // Version 0.1.0 hashed a request after the server had added to it.
            return recorded.ContentHash.AsSpan().SequenceEqual(request.ContentHash)
                || recorded.ContentHash.AsSpan().SequenceEqual(PendingCommand.RequestOf(command, caller)!.ContentHash)
                ? new CommandAnswer(recorded.Order, recorded.Position, null)
                : new Refusal(ErrorReason.RequestIdReused, ("request_id", request.RequestId));
        }

        if (pending.Fault is { } fault)
        {
            return fault;
        }

        var order = command.OrderId == 0 ? null : batch.Load(command.OrderId, caller);
        if (command.OrderId != 0 && order is null)
        {
            return new Refusal(ErrorReason.OrderNotFound, ("order_id", Text(command.OrderId)));
        }

        if (Stale(command, order) is { } stale)
        {
            return stale;
        }

        if (command is PlaceOrderRequest && order is not null && batch.FindReplacement(order.Id) is { } replacement)
        {
            return Replacement.Refuse(order, replacement);
        }

        var decision = Decider.Decide(order, command, caller, now);
        return decision.Refusal is { } refusal ? refusal : Append(batch, pending, order, decision.Event!);
    }

    /// <summary>The refusal of a command that was decided upon an order as it no longer is; null of any other.</summary>
    public static Refusal? Stale(IOrderCommand command, Order? order) => !command.HasExpectedRevision || command.ExpectedRevision == order!.Revision
        ? null
        : new Refusal(ErrorReason.RevisionStale,
            ("order_id", Text(order.Id)), ("expected_revision", Text(command.ExpectedRevision)), ("revision", Text(order.Revision)));

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
