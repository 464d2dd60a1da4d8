using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Security;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The way of a command from its RPC to the queue and back.</summary>
public sealed class CommandGate(CommandQueue queue, ServerOptions options, KnownSuppliers suppliers)
{
    /// <summary>Validates the command, runs it, and answers with the order as its caller sees it.</summary>
    public async Task<TAnswer> RunAsync<TAnswer>(IOrderCommand command, ServerCallContext context)
        where TAnswer : IOrderAnswer, new()
    {
        var caller = context.Caller();
        if (command.RequestId.Length == 0)
        {
            command.RequestId = IdempotencyKey.Of(context.GetHttpContext());
        }

        // Of what was sent, before the server adds to it: its settings may be others when it is sent again.
        var request = PendingCommand.RequestOf(command, caller);
        if (command is PlaceOrderRequest { Supplier.Length: 0 } placing)
        {
            placing.Supplier = options.DefaultSupplier;
        }

        // A request that was done already is answered as it was, whatever the rules are by now; so one
        // with an id is refused in its turn.
        var fault = OrderProcess.Check(command) ?? suppliers.Check(command);
        context.ThrowIf(request is null ? fault : null);
        var pending = new PendingCommand(command, caller, request, context.CancellationToken) { Fault = fault };
        var done = await queue.RunAsync(pending);
        pending.Passage?.End(done.Order?.Id ?? 0, done.Position);
        context.ThrowIf(done.Refusal);
        return new TAnswer
        {
            Order = Visibility.For(command.Role, done.Order!),
            Position = done.Position,
            Message = ServerTexts.Done(OrderProcess.StepOf(command).Event, done.Order!.Id, context.Culture()),
        };
    }
}
