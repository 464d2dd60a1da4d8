using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

/// <summary>Orders without a server: what Decide and Evolve make of commands.</summary>
public static class Given
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Caller Client = new(Role.Client, "client");

    public static readonly Caller Supplier = new(Role.Supplier, "supplier");

    /// <summary>Order 1, just placed.</summary>
    public static Order Placed(PlaceOrderRequest? request = null)
    {
        var placing = request ?? Requests.Place();
        placing.Supplier = "supplier";
        var happened = Happens(null, placing);
        happened.OrderId = 1;
        return Evolver.Evolve(null, happened);
    }

    /// <summary>Order 1, brought to a state on the shortest way.</summary>
    public static Order In(State state) => ProcessTable.WayTo(state).Aggregate(
        Placed(), (order, step) => order.After(ProcessTable.Request(step.Role, step.Command, order)));

    /// <summary>The order after a command, which must be allowed.</summary>
    public static Order After(this Order order, IOrderCommand command, DateTimeOffset? now = null) =>
        Evolver.Evolve(order, Happens(order, command, now));

    /// <summary>The event of a command, which must be allowed.</summary>
    public static OrderEvent Happens(Order? order, IOrderCommand command, DateTimeOffset? now = null)
    {
        var decision = Decide(order, command, now);
        Assert.Null(decision.Refusal);
        return decision.Event!;
    }

    /// <summary>The refusal of a command, which must not be allowed.</summary>
    public static Refusal Refused(Order? order, IOrderCommand command, DateTimeOffset? now = null)
    {
        var decision = Decide(order, command, now);
        Assert.Null(decision.Event);
        return decision.Refusal!;
    }

    /// <summary>What metadata a refusal has.</summary>
    public static Dictionary<string, string> Values(this Refusal refusal) => refusal.Metadata.ToDictionary(m => m.Key, m => m.Value);

    private static Decision Decide(Order? order, IOrderCommand command, DateTimeOffset? now) =>
        Decider.Decide(order, command, command.Role == Role.Client ? Client : Supplier, now ?? Noon);
}
