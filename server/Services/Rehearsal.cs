using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Processing;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>What a command would come to, were it sent now. It is decided as any other, on a reader's connection: nothing waits for it, and nothing is written.</summary>
public sealed class Rehearsal(IOrderStore store, TimeProvider time)
{
    /// <summary>The order as it would be, or the refusal.</summary>
    public async Task<TAnswer> RunAsync<TAnswer>(IOrderCommand command, ServerCallContext context)
        where TAnswer : IOrderAnswer, new()
    {
        var caller = context.Caller();
        context.ThrowIf(OrderProcess.Check(command));
        var order = await store.ReadOrderAsync(command.OrderId, caller, context.CancellationToken);
        context.ThrowIf(order is null ? new Refusal(ErrorReason.OrderNotFound, ("order_id", $"{command.OrderId}")) : CommandRunner.Stale(command, order));
        var decision = Decider.Decide(order, command, caller, time.GetUtcNow());
        context.ThrowIf(decision.Refusal);
        return new TAnswer { Order = Visibility.For(command.Role, Evolver.Evolve(order, decision.Event!)) };
    }
}
