using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The way of a command from its RPC to the queue and back.</summary>
public sealed class CommandGate(CommandQueue queue)
{
    /// <summary>Validates the command, runs it, and answers with the order as its caller sees it.</summary>
    public async Task<TAnswer> RunAsync<TAnswer>(IOrderCommand command, ServerCallContext context)
        where TAnswer : IOrderAnswer, new()
    {
        context.ThrowIf(CommandRules.Check(command));
        var done = await queue.RunAsync(command, context.Caller(), context.CancellationToken);
        context.ThrowIf(done.Refusal);
        return new TAnswer
        {
            Order = Visibility.For(command.Role, done.Order!),
            Position = done.Position,
            Message = Texts.Done(OrderProcess.StepOf(command.Command, command.Role).Event, done.Order!.Id, context.Culture()),
        };
    }
}
