using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

public sealed class DecideTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    public static TheoryData<State, Role, Command> Pairs => ProcessTable.Pairs;

    [Fact]
    public void An_order_placed_has_what_was_asked_and_who_asked_it()
    {
        var happened = Given.Happens(null, new PlaceOrderRequest
        {
            Supplier = "smith",
            Customer = new Customer { Name = "Jon Doe", Email = "john@example.com" },
            Lines = { new OrderLine { Description = "Gate", Quantity = "2.50" } },
            ClientReference = "R-7",
            Note = "behind\nthe house",
            RequestId = "once",
        });
        Assert.Equal(new OrderPlaced
        {
            Supplier = "smith",
            Customer = new Customer { Name = "Jon Doe", Email = "john@example.com" },
            Lines = { new OrderLine { Description = "Gate", Quantity = "2.50" } },
            ClientReference = "R-7",
            Note = "behind\nthe house",
        }, happened.OrderPlaced);
        Assert.Equal((0, 0, 1), (happened.Position, happened.OrderId, happened.Revision));
        Assert.Equal(new Actor { Role = Role.Client, Name = "client" }, happened.Actor);
    }

    [Fact]
    public void Each_draft_is_the_next_revision_also_after_the_sent_one_was_taken_back()
    {
        var approved = Given.In(State.Approved);
        var first = approved.After(Requests.Draft(1, 10));
        var second = first.After(Requests.Draft(1, 20));
        var sent = second.After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        var third = sent.After(Requests.Draft(1, 30));
        Assert.Equal([1, 2, 2, 3], new[] { first, second, sent, third }.Select(o => o.Quote.Revision));
        Assert.Equal((State.QuoteDrafted, null, ""), (third.State, third.Quote.SendTime, third.Quote.Digest));
        Assert.Equal(30, third.Quote.Total.Units);
    }

    [Fact]
    public void A_revision_that_was_asked_for_is_the_next_one()
    {
        var asked = Given.In(State.QuoteSent).After(new RequestQuoteRevisionRequest { OrderId = 1, Reason = "cheaper" });
        Assert.Equal((State.Approved, 1), (asked.State, asked.Quote.Revision));
        Assert.Equal(2, asked.After(Requests.Draft(1)).Quote.Revision);
    }

    [Fact]
    public void An_order_has_at_most_a_thousand_quotes()
    {
        var order = Given.In(State.QuoteDrafted);
        order.Quote.Revision = 999;
        Assert.Equal(1000, Given.Happens(order, Requests.Draft(1)).QuoteDrafted.QuoteRevision);
        order.Quote.Revision = 1000;
        var refused = Given.Refused(order, Requests.Draft(1));
        Assert.Equal((ErrorReason.OrderLimitReached, "1000"), (refused.Reason, refused.Values()["limit"]));
    }

    [Fact]
    public void The_server_computes_the_amounts_whatever_the_request_says_they_are()
    {
        var request = Requests.Draft(1, 30, quantity: "2");
        request.Lines[0].Amount = new Money { CurrencyCode = "EUR", Units = 1 };
        request.Lines.Add(new QuoteLine { Description = "Gate", Quantity = "0.5", UnitPrice = new Money { CurrencyCode = "EUR", Units = 5 } });
        var drafted = Given.Happens(Given.In(State.Approved), request).QuoteDrafted;
        Assert.Equal([60, 2], drafted.Lines.Select(line => line.Amount.Units));
        Assert.Equal((62, 500_000_000, "EUR"), (drafted.Total.Units, drafted.Total.Nanos, drafted.Total.CurrencyCode));
    }

    [Fact]
    public void A_quote_is_accepted_until_the_moment_it_expires_and_not_at_it()
    {
        var draft = Requests.Draft(1);
        draft.ValidUntil = Timestamp.FromDateTimeOffset(Given.Noon.AddHours(1));
        var sent = Given.In(State.Approved).After(draft).After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        Assert.Equal(draft.ValidUntil, sent.Quote.ValidUntil);
        Assert.NotNull(Given.Happens(sent, Requests.Accept(sent), Given.Noon.AddHours(1) - Tick).QuoteAccepted);
        foreach (var late in new[] { Given.Noon.AddHours(1), Given.Noon.AddYears(1) })
        {
            var refused = Given.Refused(sent, Requests.Accept(sent), late);
            Assert.Equal(ErrorReason.QuoteExpired, refused.Reason);
            Assert.Equal(("1", "1", "2030-01-02T13:00:00Z"), (refused.Values()["order_id"], refused.Values()["quote_revision"], refused.Values()["valid_until"]));
        }
    }

    [Fact]
    public void A_draft_is_sent_until_the_moment_it_expires_and_not_at_it()
    {
        var draft = Requests.Draft(1);
        draft.ValidUntil = Timestamp.FromDateTimeOffset(Given.Noon.AddHours(1));
        var drafted = Given.In(State.Approved).After(draft);
        var send = new SupplierServiceApproveQuoteRequest { OrderId = 1 };
        Assert.NotNull(Given.Happens(drafted, send, Given.Noon.AddHours(1) - Tick).QuoteSent);
        Assert.Equal(ErrorReason.QuoteExpired, Given.Refused(drafted, send, Given.Noon.AddHours(1)).Reason);
    }

    [Fact]
    public void An_expired_quote_can_be_declined_revised_and_drafted_anew()
    {
        var draft = Requests.Draft(1);
        draft.ValidUntil = Timestamp.FromDateTimeOffset(Given.Noon.AddHours(1));
        var sent = Given.In(State.Approved).After(draft).After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        var late = Given.Noon.AddDays(1);
        Assert.NotNull(Given.Happens(sent, new ClientServiceRejectQuoteRequest { OrderId = 1 }, late).QuoteDeclined);
        Assert.NotNull(Given.Happens(sent, new RequestQuoteRevisionRequest { OrderId = 1 }, late).QuoteRevisionRequested);
        Assert.Equal(2, Given.Happens(sent, Requests.Draft(1), late).QuoteDrafted.QuoteRevision);
    }

    [Fact]
    public void A_quote_is_accepted_only_by_its_own_revision_and_digest()
    {
        var sent = Given.In(State.QuoteSent);
        var resent = sent.After(Requests.Draft(1, 39)).After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        Assert.NotEqual(sent.Quote.Digest, resent.Quote.Digest);
        ClientServiceApproveQuoteRequest[] changed =
        [
            Requests.Accept(sent),
            new() { OrderId = 1, QuoteRevision = 1, Digest = resent.Quote.Digest },
            new() { OrderId = 1, QuoteRevision = 2, Digest = sent.Quote.Digest },
            new() { OrderId = 1, QuoteRevision = 2, Digest = resent.Quote.Digest.ToUpperInvariant() },
        ];
        foreach (var request in changed)
        {
            var refused = Given.Refused(resent, request);
            Assert.Equal(ErrorReason.QuoteChanged, refused.Reason);
            Assert.Equal(("2", resent.Quote.Digest), (refused.Values()["quote_revision"], refused.Values()["digest"]));
        }

        Assert.Equal(new QuoteAccepted { QuoteRevision = 2, Digest = resent.Quote.Digest }, Given.Happens(resent, Requests.Accept(resent)).QuoteAccepted);
    }

    [Fact]
    public void A_changed_quote_is_told_before_an_expired_one()
    {
        var draft = Requests.Draft(1);
        draft.ValidUntil = Timestamp.FromDateTimeOffset(Given.Noon.AddHours(1));
        var sent = Given.In(State.Approved).After(draft).After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        var other = new ClientServiceApproveQuoteRequest { OrderId = 1, QuoteRevision = 2, Digest = sent.Quote.Digest };
        Assert.Equal(ErrorReason.QuoteChanged, Given.Refused(sent, other, Given.Noon.AddDays(1)).Reason);
    }

    [Fact]
    public void The_digest_of_a_sent_quote_is_that_of_its_document()
    {
        var drafted = Given.In(State.QuoteDrafted);
        var sent = Given.Happens(drafted, new SupplierServiceApproveQuoteRequest { OrderId = 1 }).QuoteSent;
        Assert.Equal(QuoteDocument.Digest(QuoteDocument.Render(drafted)), sent.Digest);
        Assert.Equal((1, drafted.Quote.Total), (sent.QuoteRevision, sent.Total));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Deciding_and_evolving_change_neither_the_order_nor_the_request(State state, Role role, Command command)
    {
        var order = Given.In(state);
        var request = ProcessTable.Request(role, command, order);
        var (orderBefore, requestBefore) = (order.ToByteString(), request.ToByteString());
        var decision = Decider.Decide(order, request, role == Role.Client ? Given.Client : Given.Supplier, Given.Noon);
        if (decision.Event is { } happened)
        {
            var eventBefore = happened.ToByteString();
            Visibility.For(Role.Client, Evolver.Evolve(order, happened));
            Assert.Equal(eventBefore, happened.ToByteString());
        }

        Assert.Equal((orderBefore, requestBefore), (order.ToByteString(), request.ToByteString()));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_same_order_command_and_moment_always_come_to_the_same(State state, Role role, Command command)
    {
        var order = Given.In(state);
        var caller = role == Role.Client ? Given.Client : Given.Supplier;
        var first = Decider.Decide(order, ProcessTable.Request(role, command, order), caller, Given.Noon);
        var second = Decider.Decide(order.Clone(), ProcessTable.Request(role, command, order), caller, Given.Noon);
        Assert.Equal(first.Event, second.Event);
        Assert.Equal(first.Refusal?.Reason, second.Refusal?.Reason);
        Assert.Equal(first.Refusal?.Values(), second.Refusal?.Values());
    }
}
