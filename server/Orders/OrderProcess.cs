using System.Collections.Frozen;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using static OrderGrpc.V1.Command;
using static OrderGrpc.V1.Role;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>
/// The process as data, and all that a command is: a row says who may do what from where, what it
/// records and where it leads; then what its event says of the request, and the rules of fields that
/// no other command has. Rules, decisions, allowed_commands, DescribeProcess and the documentation's
/// table and diagram all read this table and nothing else.
/// </summary>
public static class OrderProcess
{
    /// <summary>Every step there is. A command of one role has one row; an event has one row.</summary>
    public static IReadOnlyList<ProcessStep> Steps { get; } =
    [
        new ProcessStep<PlaceOrderRequest>(PlaceOrder, Client, [], Event.OrderPlaced, State.Placed,
            (replaced, r, _) => Placing.Decide(replaced, r), Placing.Check),
        new ProcessStep<ApproveOrderRequest>(ApproveOrder, Supplier, [State.Placed], Event.OrderApproved, State.Approved,
            (_, _) => new() { OrderApproved = new() }),
        new ProcessStep<RejectOrderRequest>(RejectOrder, Supplier, [State.Placed], Event.OrderRejected, State.Rejected,
            (_, r) => new() { OrderRejected = new() { Reason = r.Reason } }),
        new ProcessStep<DraftQuoteRequest>(DraftQuote, Supplier, [State.Approved, State.QuoteDrafted, State.QuoteSent], Event.QuoteDrafted, State.QuoteDrafted,
            Drafting.Decide, Drafting.Check),
        new ProcessStep<SupplierServiceApproveQuoteRequest>(ApproveQuote, Supplier, [State.QuoteDrafted], Event.QuoteSent, State.QuoteSent,
            (order, _, now) => Quoting.Send(order, now)),
        new ProcessStep<SupplierServiceRejectQuoteRequest>(RejectQuote, Supplier, [State.QuoteDrafted], Event.QuoteWithheld, State.QuoteWithheld,
            (order, r) => new() { QuoteWithheld = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason } }),
        new ProcessStep<ClientServiceApproveQuoteRequest>(ApproveQuote, Client, [State.QuoteSent], Event.QuoteAccepted, State.InRealization,
            Quoting.Accept, Quoting.CheckAccepted),
        new ProcessStep<ClientServiceRejectQuoteRequest>(RejectQuote, Client, [State.QuoteSent], Event.QuoteDeclined, State.QuoteDeclined,
            (order, r) => new() { QuoteDeclined = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason } }),
        new ProcessStep<RequestQuoteRevisionRequest>(RequestQuoteRevision, Client, [State.QuoteSent], Event.QuoteRevisionRequested, State.Approved,
            (order, r) => new() { QuoteRevisionRequested = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason } }),
        new ProcessStep<ReportRealizationRequest>(ReportRealization, Supplier, [State.InRealization], Event.RealizationReported, State.Realized,
            (_, r) => new() { RealizationReported = new() { Note = r.Note } },
            (rules, r) => rules.Text("note", r.Note, ContractLimits.NoteLength, lines: true)),
        new ProcessStep<ApproveRealizationRequest>(ApproveRealization, Client, [State.Realized], Event.RealizationApproved, State.Completed,
            (_, _) => new() { RealizationApproved = new() }),
        new ProcessStep<RejectRealizationRequest>(RejectRealization, Client, [State.Realized], Event.RealizationRejected, State.InRealization,
            (order, r) => new() { RealizationRejected = new() { Reason = r.Reason, ReworkRound = order.ReworkRound + 1 } }),
        new ProcessStep<CancelOrderRequest>(CancelOrder, Client, [State.Placed, State.Approved, State.QuoteDrafted, State.QuoteSent], Event.OrderCancelled, State.Cancelled,
            (_, r) => new() { OrderCancelled = new() { Reason = r.Reason } }),
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

    private static readonly FrozenDictionary<(Command, Role), ProcessStep> ByCommand = Steps.ToFrozenDictionary(step => (step.Command, step.Role));

    private static readonly FrozenDictionary<(State, Role), IReadOnlyList<Command>> AllowedCommands =
        (from state in Turns.Keys from role in new[] { Client, Supplier } select (state, role))
        .ToFrozenDictionary(key => key, key => (IReadOnlyList<Command>)
            [.. Steps.Where(step => step.Role == key.role && step.From.Contains(key.state)).Select(step => step.Command)]);

    /// <summary>The row of a command of a role.</summary>
    public static ProcessStep StepOf(IOrderCommand command) => ByCommand[(command.Command, command.Role)];

    /// <summary>Why this request is refused as such, whatever the order; or null.</summary>
    public static Refusal? Check(IOrderCommand command)
    {
        var rules = new RequestRules();
        rules.Command(command);
        StepOf(command).Check(rules, command);
        return rules.Refusal;
    }

    /// <summary>What a role may do in a state; nothing in one that only a newer server knows.</summary>
    public static IReadOnlyList<Command> Allowed(State state, Role role) => AllowedCommands.TryGetValue((state, role), out var allowed) ? allowed : [];

    /// <summary>Whose turn it is; not set in a state that only a newer server knows.</summary>
    public static WaitingOn TurnIn(State state) => Turns.TryGetValue(state, out var turn) ? turn : WaitingOn.Unspecified;

    /// <summary>Whether nothing can follow.</summary>
    public static bool IsTerminal(State state) => TurnIn(state) == WaitingOn.Nobody;
}
