using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrderGrpc.Tests.Orders;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Faults.Model;

/// <summary>
/// One order as the model has it after one event: section 2 of the design, by the tests' own table.
/// It shares no code with the server's Decide and Evolve.
/// </summary>
public sealed record ModelOrder(long Id, string Client, PlaceOrderRequest Request)
{
    private const int ReasonsKept = 20;
    private int quote;
    private long units;
    private string? sent; // the document of the latest quote that was sent
    private bool quoteIsSent;
    private int reworkRound;
    private string note = "";
    private ImmutableList<Reason> reasons = [];

    public State State { get; private init; } = State.Placed;

    public long Revision { get; private init; } = 1;

    public bool CanBeReplaced => ProcessTable.States.Single(row => row.State == State).Turn == WaitingOn.Nobody && State != State.Completed;

    private string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sent!)));

    /// <summary>The name of its event, which the table has for the step that led here.</summary>
    public string Event { get; private init; } = "OrderPlaced";

    public bool IsSeenBy(ModelParty party) => party.Name == (party.Role == Role.Client ? Client : Request.Supplier);

    /// <summary>The order after a command, or why it is refused.</summary>
    public Decided After(IOrderCommand command)
    {
        if (command.HasExpectedRevision && command.ExpectedRevision != Revision)
        {
            return new(null, string.Create(CultureInfo.InvariantCulture, $"REVISION_STALE {Revision}"));
        }

        if (ProcessTable.Of(State, command.Role, command.Command) is not { } step)
        {
            var (name, allowed) = ProcessTable.Refusal(State, command.Role);
            return new(null, $"WRONG_STATE {name} {allowed}");
        }

        if (command is ClientServiceApproveQuoteRequest accept && (accept.QuoteRevision != quote || accept.Digest != Digest))
        {
            return new(null, "QUOTE_CHANGED");
        }

        var after = this with { State = step.To, Revision = Revision + 1, Event = step.Event, reasons = ReasonsAfter(command) };
        return new(command switch
        {
            DraftQuoteRequest draft => after with { quote = quote + 1, units = draft.Lines.Single().UnitPrice.Units, quoteIsSent = false },
            SupplierServiceApproveQuoteRequest => after with { sent = Document(), quoteIsSent = true },
            ReportRealizationRequest report => after with { note = report.Note },
            RejectRealizationRequest => after with { reworkRound = reworkRound + 1 },
            _ => after,
        });
    }

    /// <summary>The order as a role is to see it, but for the times.</summary>
    public Order SeenBy(Role role)
    {
        var order = new Order
        {
            Id = Id,
            Client = Client,
            Supplier = Request.Supplier,
            Customer = Request.Customer,
            Lines = { Request.Lines },
            ClientReference = Request.ClientReference,
            Note = Request.Note,
            ReplacesOrderId = Request.ReplacesOrderId,
            State = State,
            Revision = Revision,
            ReworkRound = reworkRound,
            Reasons = { reasons },
            WaitingOn = ProcessTable.States.Single(row => row.State == State).Turn,
            AllowedCommands = { ProcessTable.Allowed.Where(step => step.From == State && step.Role == role).Select(step => step.Command) },
            RealizationNote = note,
        };
        if (quote > 0 && (role == Role.Supplier || quoteIsSent))
        {
            var price = new Money { CurrencyCode = "EUR", Units = units };
            var line = new QuoteLine { Description = "Garden fence", Quantity = "1", UnitPrice = price, Amount = price };
            order.Quote = new Quote { Revision = quote, Lines = { line }, Total = price, Digest = quoteIsSent ? Digest : "" };
        }

        return order;
    }

    /// <summary>The document that a role gets when it names no revision; null for none.</summary>
    public string? DocumentSeenBy(Role role) => role == Role.Supplier && quote > 0 && !quoteIsSent ? Document() : sent;

    /// <summary>An order as the model has one.</summary>
    public static Order WithoutTimes(Order order)
    {
        var bare = order.Clone();
        (bare.PlaceTime, bare.UpdateTime) = (null, null);
        if (bare.Quote is { } quote)
        {
            (quote.DraftTime, quote.SendTime) = (null, null);
        }

        foreach (var reason in bare.Reasons)
        {
            reason.Time = null;
        }

        return bare;
    }

    private string Document() => string.Create(CultureInfo.InvariantCulture,
        $"""
        id: {Id}
        name: {Request.Customer.Name}
        email: {Request.Customer.Email}
        cost: {units} EUR
        line: Garden fence: 1 x {units} EUR = {units} EUR
        supplier: {Request.Supplier}
        client: {Client}
        reference: {Request.ClientReference}
        revision: {quote}

        """);

    private ImmutableList<Reason> ReasonsAfter(IOrderCommand command)
    {
        var text = command.Descriptor.FindFieldByName("reason")?.Accessor.GetValue(command) as string;
        return string.IsNullOrEmpty(text)
            ? reasons
            : [.. reasons.Append(new Reason { Command = command.Command, Role = command.Role, Text = text }).TakeLast(ReasonsKept)];
    }
}

/// <summary>What the model decides: the order after a command, or a refusal, or (both null) that it was done already.</summary>
public sealed record Decided(ModelOrder? After, string? Refusal = null);

/// <summary>All orders of a history at one moment, and the requests that were done by then.</summary>
public sealed record ModelState(
    ImmutableSortedDictionary<long, ModelOrder> Orders, ImmutableDictionary<(Role Role, string Name, string RequestId), IOrderCommand> Done)
{
    public static ModelState Empty { get; } = new(ImmutableSortedDictionary<long, ModelOrder>.Empty, ImmutableDictionary<(Role, string, string), IOrderCommand>.Empty);

    /// <summary>The order, where it is and the party may see it.</summary>
    public ModelOrder? Find(long id, ModelParty party) => Orders.TryGetValue(id, out var order) && order.IsSeenBy(party) ? order : null;

    /// <summary>What a command comes to now; an order that it places has no id yet.</summary>
    public Decided Decide(ModelParty party, IOrderCommand command)
    {
        if (Done.TryGetValue((party.Role, party.Name, command.RequestId), out var first))
        {
            return new(null, first.Equals(command) ? null : "REQUEST_ID_REUSED");
        }

        var order = Find(command.OrderId, party);
        if (command.OrderId != 0 && order is null)
        {
            return new(null, "ORDER_NOT_FOUND");
        }

        return command is not PlaceOrderRequest place ? order!.After(command)
            : order is null || (order.CanBeReplaced && Orders.Values.All(other => other.Request.ReplacesOrderId != order.Id)) ? new(new ModelOrder(0, party.Name, place))
            : new(null, "NOT_REPLACEABLE");
    }

    /// <summary>The state after a command was done, and led to this order.</summary>
    public ModelState With(ModelParty party, IOrderCommand command, ModelOrder after) =>
        new(Orders.SetItem(after.Id, after), Done.Add((party.Role, party.Name, command.RequestId), command));
}
