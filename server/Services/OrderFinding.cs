using Grpc.Core;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Server.Storage;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>The order that a call or a token names, as the log keeps it.</summary>
public static class OrderFinding
{
    /// <summary>The order of a call; fails the call where its caller has none of this id.</summary>
    public static async ValueTask<Order> FindAsync(this IOrderStore store, long orderId, ServerCallContext context)
    {
        var rules = new RequestRules();
        rules.Positive("order_id", orderId);
        context.ThrowIf(rules.Refusal);
        var order = await store.ReadOrderAsync(orderId, context.Caller(), context.CancellationToken);
        context.ThrowIf(order is null ? new Refusal(ErrorReason.OrderNotFound, ("order_id", $"{orderId}")) : null);
        return order!;
    }

    /// <summary>The order of a link, before anything else of its call; null where there is none.</summary>
    /// <exception cref="RefusedTokenException">It cannot be read now.</exception>
    public static async ValueTask<Order?> FindAsync(this IOrderStore store, Caller link, CallLimits limits, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(limits.LinkedOrderRead, time);
        try
        {
            return await store.ReadOrderAsync(link.OnlyOrder, link, patience.Token);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            throw new RefusedTokenException(ErrorReason.StoreBusy);
        }
    }
}
