using OrderGrpc.V1;
using static OrderGrpc.V1.Command;
using static OrderGrpc.V1.Role;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>One row of the process: who may do what from where, what it records, and where it leads.</summary>
public sealed record ProcessStep(Command Command, Role Role, IReadOnlyList<State> From, Event Event, State To);

/// <summary>
/// The process as data. Decide, Evolve, allowed_commands, DescribeProcess and the README's table and
/// diagram all read this table and nothing else.
/// </summary>
public static class OrderProcess
{
    /// <summary>Every step there is. A command of one role has one row; an event has one row.</summary>
    public static IReadOnlyList<ProcessStep> Steps { get; } =
    [
        new(PlaceOrder, Client, [], Event.OrderPlaced, State.Placed),
        new(ApproveOrder, Supplier, [State.Placed], Event.OrderApproved, State.Approved),
        new(RejectOrder, Supplier, [State.Placed], Event.OrderRejected, State.Rejected),
        new(DraftQuote, Supplier, [State.Approved, State.QuoteDrafted, State.QuoteSent], Event.QuoteDrafted, State.QuoteDrafted),
        new(ApproveQuote, Supplier, [State.QuoteDrafted], Event.QuoteSent, State.QuoteSent),
        new(RejectQuote, Supplier, [State.QuoteDrafted], Event.QuoteWithheld, State.QuoteWithheld),
        new(ApproveQuote, Client, [State.QuoteSent], Event.QuoteAccepted, State.InRealization),
        new(RejectQuote, Client, [State.QuoteSent], Event.QuoteDeclined, State.QuoteDeclined),
        new(RequestQuoteRevision, Client, [State.QuoteSent], Event.QuoteRevisionRequested, State.Approved),
        new(ReportRealization, Supplier, [State.InRealization], Event.RealizationReported, State.Realized),
        new(ApproveRealization, Client, [State.Realized], Event.RealizationApproved, State.Completed),
        new(RejectRealization, Client, [State.Realized], Event.RealizationRejected, State.InRealization),
        new(CancelOrder, Client, [State.Placed, State.Approved, State.QuoteDrafted, State.QuoteSent], Event.OrderCancelled, State.Cancelled),
    ];

    /// <summary>Whose turn it is in each state; nobody's in a terminal one.</summary>
    public static IReadOnlyDictionary<State, WaitingOn> Turns { get; } = new Dictionary<State, WaitingOn>
    {
        [State.Placed] = WaitingOn.Supplier,
        [State.Approved] = WaitingOn.Supplier,
        [State.Rejected] = WaitingOn.Nobody,
        [State.QuoteDrafted] = WaitingOn.Supplier,
        [State.QuoteSent] = WaitingOn.Client,
        [State.QuoteWithheld] = WaitingOn.Nobody,
        [State.QuoteDeclined] = WaitingOn.Nobody,
        [State.InRealization] = WaitingOn.Supplier,
        [State.Realized] = WaitingOn.Client,
        [State.Completed] = WaitingOn.Nobody,
        [State.Cancelled] = WaitingOn.Nobody,
    };

    private static readonly Dictionary<(State, Role), IReadOnlyList<Command>> AllowedCommands =
        (from state in Turns.Keys from role in new[] { Client, Supplier } select (state, role))
        .ToDictionary(key => key, key => (IReadOnlyList<Command>)
            [.. Steps.Where(step => step.Role == key.role && step.From.Contains(key.state)).Select(step => step.Command)]);

    /// <summary>The row of a command of a role.</summary>
    public static ProcessStep StepOf(Command command, Role role) =>
        Steps.Single(step => step.Command == command && step.Role == role);

    /// <summary>The row of an event.</summary>
    public static ProcessStep StepOf(Event happened) => Steps.Single(step => step.Event == happened);

    /// <summary>What a role may do in a state.</summary>
    public static IReadOnlyList<Command> Allowed(State state, Role role) => AllowedCommands[(state, role)];

    /// <summary>Whether nothing can follow.</summary>
    public static bool IsTerminal(State state) => Turns[state] == WaitingOn.Nobody;
}
