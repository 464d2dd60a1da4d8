using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using static OrderGrpc.V1.Command;
using static OrderGrpc.V1.Role;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

/// <summary>
/// Section 2 of the design once more, by hand: it is what the server's table is held against, so it
/// is not made from it.
/// </summary>
public static class ProcessTable
{
    /// <summary>Every step of an order that exists; whatever is not here is refused.</summary>
    public static readonly (State From, Role Role, Command Command, string Event, State To)[] Allowed =
    [
        (State.Placed, Supplier, ApproveOrder, "OrderApproved", State.Approved),
        (State.Placed, Supplier, RejectOrder, "OrderRejected", State.Rejected),
        (State.Placed, Client, CancelOrder, "OrderCancelled", State.Cancelled),
        (State.Approved, Supplier, DraftQuote, "QuoteDrafted", State.QuoteDrafted),
        (State.Approved, Client, CancelOrder, "OrderCancelled", State.Cancelled),
        (State.QuoteDrafted, Supplier, DraftQuote, "QuoteDrafted", State.QuoteDrafted),
        (State.QuoteDrafted, Supplier, ApproveQuote, "QuoteSent", State.QuoteSent),
        (State.QuoteDrafted, Supplier, RejectQuote, "QuoteWithheld", State.QuoteWithheld),
        (State.QuoteDrafted, Client, CancelOrder, "OrderCancelled", State.Cancelled),
        (State.QuoteSent, Supplier, DraftQuote, "QuoteDrafted", State.QuoteDrafted),
        (State.QuoteSent, Client, ApproveQuote, "QuoteAccepted", State.InRealization),
        (State.QuoteSent, Client, RejectQuote, "QuoteDeclined", State.QuoteDeclined),
        (State.QuoteSent, Client, RequestQuoteRevision, "QuoteRevisionRequested", State.Approved),
        (State.QuoteSent, Client, CancelOrder, "OrderCancelled", State.Cancelled),
        (State.InRealization, Supplier, ReportRealization, "RealizationReported", State.Realized),
        (State.Realized, Client, ApproveRealization, "RealizationApproved", State.Completed),
        (State.Realized, Client, RejectRealization, "RealizationRejected", State.InRealization),
    ];

    /// <summary>The commands of the two services, but for PlaceOrder, which has no order yet.</summary>
    public static readonly (Role Role, Command Command)[] Commands =
    [
        (Client, CancelOrder), (Client, ApproveQuote), (Client, RejectQuote), (Client, RequestQuoteRevision),
        (Client, ApproveRealization), (Client, RejectRealization),
        (Supplier, ApproveOrder), (Supplier, RejectOrder), (Supplier, DraftQuote), (Supplier, ApproveQuote),
        (Supplier, RejectQuote), (Supplier, ReportRealization),
    ];

    /// <summary>Each state: what each role may do in it, as metadata says it, and whose turn it is.</summary>
    public static readonly (State State, string Name, string OfClient, string OfSupplier, WaitingOn Turn)[] States =
    [
        (State.Placed, "PLACED", "CANCEL_ORDER", "APPROVE_ORDER,REJECT_ORDER", WaitingOn.Supplier),
        (State.Approved, "APPROVED", "CANCEL_ORDER", "DRAFT_QUOTE", WaitingOn.Supplier),
        (State.Rejected, "REJECTED", "", "", WaitingOn.Nobody),
        (State.QuoteDrafted, "QUOTE_DRAFTED", "CANCEL_ORDER", "DRAFT_QUOTE,APPROVE_QUOTE,REJECT_QUOTE", WaitingOn.Supplier),
        (State.QuoteSent, "QUOTE_SENT", "APPROVE_QUOTE,REJECT_QUOTE,REQUEST_QUOTE_REVISION,CANCEL_ORDER", "DRAFT_QUOTE", WaitingOn.Client),
        (State.QuoteWithheld, "QUOTE_WITHHELD", "", "", WaitingOn.Nobody),
        (State.QuoteDeclined, "QUOTE_DECLINED", "", "", WaitingOn.Nobody),
        (State.InRealization, "IN_REALIZATION", "", "REPORT_REALIZATION", WaitingOn.Supplier),
        (State.Realized, "REALIZED", "APPROVE_REALIZATION,REJECT_REALIZATION", "", WaitingOn.Client),
        (State.Completed, "COMPLETED", "", "", WaitingOn.Nobody),
        (State.Cancelled, "CANCELLED", "", "", WaitingOn.Nobody),
    ];

    /// <summary>Every pair of a state and a command of a role.</summary>
    public static TheoryData<State, Role, Command> Pairs => [.. from state in States from command in Commands select (state.State, command.Role, command.Command)];

    public static TheoryData<State> EveryState => [.. States.Select(row => row.State)];

    /// <summary>The event and the next state, or null where the pair is refused.</summary>
    public static (string Event, State To)? Of(State state, Role role, Command command) =>
        Allowed.Where(step => (step.From, step.Role, step.Command) == (state, role, command))
            .Select(step => ((string, State)?)(step.Event, step.To)).SingleOrDefault();

    /// <summary>The state's name in metadata, and what the role may do in it.</summary>
    public static (string Name, string AllowedCommands) Refusal(State state, Role role) =>
        States.Single(row => row.State == state) is var row && role == Client ? (row.Name, row.OfClient) : (row.Name, row.OfSupplier);

    /// <summary>A request of this command that nothing but the order's state speaks against.</summary>
    public static IOrderCommand Request(Role role, Command command, Order order) => (role, command) switch
    {
        (Client, CancelOrder) => new CancelOrderRequest { OrderId = order.Id, Reason = "no longer needed" },
        (Client, ApproveQuote) => new ClientServiceApproveQuoteRequest
        {
            OrderId = order.Id,
            QuoteRevision = order.Quote?.Revision ?? 1,
            Digest = order.Quote is { Digest.Length: > 0 } sent ? sent.Digest : new string('0', 64),
        },
        (Client, RejectQuote) => new ClientServiceRejectQuoteRequest { OrderId = order.Id, Reason = "too dear" },
        (Client, RequestQuoteRevision) => new RequestQuoteRevisionRequest { OrderId = order.Id, Reason = "with a gate" },
        (Client, ApproveRealization) => new ApproveRealizationRequest { OrderId = order.Id },
        (Client, RejectRealization) => new RejectRealizationRequest { OrderId = order.Id, Reason = "it leans" },
        (Supplier, ApproveOrder) => new ApproveOrderRequest { OrderId = order.Id },
        (Supplier, RejectOrder) => new RejectOrderRequest { OrderId = order.Id, Reason = "not our trade" },
        (Supplier, DraftQuote) => Requests.Draft(order.Id),
        (Supplier, ApproveQuote) => new SupplierServiceApproveQuoteRequest { OrderId = order.Id },
        (Supplier, RejectQuote) => new SupplierServiceRejectQuoteRequest { OrderId = order.Id, Reason = "wrong sum" },
        (Supplier, ReportRealization) => new ReportRealizationRequest { OrderId = order.Id, Note = "all standing" },
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "no such command of this role"),
    };

    /// <summary>The commands that bring a placed order to a state.</summary>
    public static (Role Role, Command Command)[] WayTo(State state) => state switch
    {
        State.Placed => [],
        State.Approved => [(Supplier, ApproveOrder)],
        State.Rejected => [(Supplier, RejectOrder)],
        State.QuoteDrafted => [.. WayTo(State.Approved), (Supplier, DraftQuote)],
        State.QuoteSent => [.. WayTo(State.QuoteDrafted), (Supplier, ApproveQuote)],
        State.QuoteWithheld => [.. WayTo(State.QuoteDrafted), (Supplier, RejectQuote)],
        State.QuoteDeclined => [.. WayTo(State.QuoteSent), (Client, RejectQuote)],
        State.InRealization => [.. WayTo(State.QuoteSent), (Client, ApproveQuote)],
        State.Realized => [.. WayTo(State.InRealization), (Supplier, ReportRealization)],
        State.Completed => [.. WayTo(State.Realized), (Client, ApproveRealization)],
        State.Cancelled => [(Client, CancelOrder)],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no state of the process"),
    };
}
