using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Server.Orders;

/// <summary>What a command comes to: an event or a refusal, one of them null.</summary>
public readonly record struct Decision(OrderEvent? Event, Refusal? Refusal)
{
    public static implicit operator Decision(OrderEvent happened) => new(happened, null);

    public static implicit operator Decision(Refusal refusal) => new(null, refusal);
}

/// <summary>The decisions of the process. Pure: no I/O, no clock, no randomness.</summary>
public static class Decider
{
    /// <summary>
    /// What this command of this caller comes to. The order is the one that the command names, as
    /// the caller may see it; for PlaceOrder the one that is replaced, null for none. Never throws
    /// for a business reason. The event has neither position nor, for PlaceOrder, an order id: the
    /// log gives them.
    /// </summary>
    public static Decision Decide(Order? order, IOrderCommand command, Caller caller, DateTimeOffset now)
    {
        var step = OrderProcess.StepOf(command.Command, command.Role);
        if (step.From.Count > 0 && !step.From.Contains(order!.State))
        {
            return WrongState(order, command, now);
        }

        var decision = Outcome(order!, command, now);
        if (decision.Event is { } happened)
        {
            happened.OrderId = step.From.Count > 0 ? order!.Id : 0;
            happened.Revision = step.From.Count > 0 ? order!.Revision + 1 : 1;
            happened.Time = Timestamp.FromDateTimeOffset(now);
            happened.Actor = new Actor { Role = caller.Role, Name = caller.Name };
        }

        return decision;
    }

    private static Decision Outcome(Order order, IOrderCommand command, DateTimeOffset now) => command switch
    {
        PlaceOrderRequest r => Place(order, r),
        ApproveOrderRequest => new OrderEvent { OrderApproved = new() },
        RejectOrderRequest r => new OrderEvent { OrderRejected = new() { Reason = r.Reason } },
        DraftQuoteRequest r => Draft(order, r, now),
        SupplierServiceApproveQuoteRequest => Send(order, now),
        SupplierServiceRejectQuoteRequest r => new OrderEvent
        {
            QuoteWithheld = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason },
        },
        ClientServiceApproveQuoteRequest r => Accept(order, r, now),
        ClientServiceRejectQuoteRequest r => new OrderEvent
        {
            QuoteDeclined = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason },
        },
        RequestQuoteRevisionRequest r => new OrderEvent
        {
            QuoteRevisionRequested = new() { QuoteRevision = order.Quote.Revision, Reason = r.Reason },
        },
        ReportRealizationRequest r => new OrderEvent { RealizationReported = new() { Note = r.Note } },
        ApproveRealizationRequest => new OrderEvent { RealizationApproved = new() },
        RejectRealizationRequest r => new OrderEvent
        {
            RealizationRejected = new() { Reason = r.Reason, ReworkRound = order.ReworkRound + 1 },
        },
        CancelOrderRequest r => new OrderEvent { OrderCancelled = new() { Reason = r.Reason } },
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType(), "a command without a decision"),
    };

    private static Decision Place(Order? replaced, PlaceOrderRequest request)
    {
        if (replaced is not null && (!OrderProcess.IsTerminal(replaced.State) || replaced.State == State.Completed))
        {
            return new Refusal(ErrorReason.NotReplaceable, ("order_id", Text(replaced.Id)), ("state", Names.Of(replaced.State)));
        }

        return new OrderEvent
        {
            OrderPlaced = new()
            {
                Supplier = request.Supplier,
                Customer = request.Customer,
                Lines = { request.Lines },
                ClientReference = request.ClientReference,
                Note = request.Note,
                ReplacesOrderId = request.ReplacesOrderId,
            },
        };
    }

    private static Decision Draft(Order order, DraftQuoteRequest request, DateTimeOffset now)
    {
        // Here and not with the other fields: a repeated request is not asked whether its time has passed since.
        if (IsPast(request.ValidUntil, now))
        {
            return new Refusal(ErrorReason.InvalidField) { Fields = [new FieldFault("valid_until", FieldRule.NotAhead)] };
        }

        var revision = (order.Quote?.Revision ?? 0) + 1;
        if (revision > ContractLimits.QuoteRevisionsPerOrder)
        {
            return new Refusal(ErrorReason.OrderLimitReached, ("order_id", Text(order.Id)), ("limit", Text(ContractLimits.QuoteRevisionsPerOrder)));
        }

        var lines = request.Lines.Select(line => new QuoteLine(line) { Amount = Amounts.OfLine(line) }).ToList();
        return new OrderEvent
        {
            QuoteDrafted = new()
            {
                QuoteRevision = revision,
                Lines = { lines },
                Total = Amounts.Total(lines),
                ValidUntil = request.ValidUntil,
            },
        };
    }

    private static Decision Send(Order order, DateTimeOffset now) =>
        IsExpired(order.Quote, now) ? Expired(order) : new OrderEvent
        {
            QuoteSent = new()
            {
                QuoteRevision = order.Quote.Revision,
                Digest = QuoteDocument.Digest(QuoteDocument.Render(order)),
                Total = order.Quote.Total,
            },
        };

    private static Decision Accept(Order order, ClientServiceApproveQuoteRequest request, DateTimeOffset now)
    {
        var quote = order.Quote;
        if (request.QuoteRevision != quote.Revision || request.Digest != quote.Digest)
        {
            return new Refusal(ErrorReason.QuoteChanged,
                ("order_id", Text(order.Id)), ("quote_revision", Text(quote.Revision)), ("digest", quote.Digest));
        }

        return IsExpired(quote, now) ? Expired(order) : new OrderEvent
        {
            QuoteAccepted = new() { QuoteRevision = quote.Revision, Digest = quote.Digest },
        };
    }

    private static bool IsExpired(Quote quote, DateTimeOffset now) => IsPast(quote.ValidUntil, now);

    private static bool IsPast(Timestamp? until, DateTimeOffset now) => until?.ToDateTimeOffset() <= now;

    private static Refusal Expired(Order order) => new(ErrorReason.QuoteExpired,
        ("order_id", Text(order.Id)),
        ("quote_revision", Text(order.Quote.Revision)),
        ("valid_until", order.Quote.ValidUntil.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)));

    private static Refusal WrongState(Order order, IOrderCommand command, DateTimeOffset now)
    {
        var allowed = PassedTime.Allowed(order, command.Role, now);
        return new Refusal(ErrorReason.WrongState,
            ("order_id", Text(order.Id)),
            ("command", Names.Of(command.Command)),
            ("state", Names.Of(order.State)),
            ("allowed_commands", string.Join(",", allowed.Select(Names.Of))));
    }

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
