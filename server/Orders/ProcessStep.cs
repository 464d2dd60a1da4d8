using OrderGrpc.V1;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>One row of the process: who may do what from where, what it records, and where it leads.</summary>
public abstract record ProcessStep(Command Command, Role Role, IReadOnlyList<State> From, Event Event, State To)
{
    /// <summary>The rules of the command's own fields.</summary>
    public abstract void Check(RequestRules rules, IOrderCommand command);

    /// <summary>What the command comes to in a state that it is possible in. The event says its own part only.</summary>
    public abstract Decision Decide(Order order, IOrderCommand command, DateTimeOffset now);
}

/// <summary>The row of the command that is this request.</summary>
public sealed record ProcessStep<TRequest>(
    Command Command, Role Role, IReadOnlyList<State> From, Event Event, State To,
    Func<Order, TRequest, DateTimeOffset, Decision> Outcome, Action<RequestRules, TRequest>? Rules = null)
    : ProcessStep(Command, Role, From, Event, To)
    where TRequest : IOrderCommand
{
    /// <summary>The row of a command that nothing but the state speaks against.</summary>
    public ProcessStep(
        Command command, Role role, IReadOnlyList<State> from, Event @event, State to,
        Func<Order, TRequest, OrderEvent> outcome, Action<RequestRules, TRequest>? rules = null)
        : this(command, role, from, @event, to, (order, request, _) => outcome(order, request), rules)
    {
    }

    /// <inheritdoc/>
    public override void Check(RequestRules rules, IOrderCommand command) => Rules?.Invoke(rules, (TRequest)command);

    /// <inheritdoc/>
    public override Decision Decide(Order order, IOrderCommand command, DateTimeOffset now) => Outcome(order, (TRequest)command, now);
}
