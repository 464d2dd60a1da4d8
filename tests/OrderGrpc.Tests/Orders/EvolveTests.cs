using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using Event = OrderGrpc.V1.OrderEvent.EventOneofCase;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

public sealed class EvolveTests
{
    public static TheoryData<State, string> EveryEvent =>
        [.. from row in ProcessTable.States
            from happened in System.Enum.GetNames<Event>()
            where happened is not ("None" or "OrderPlaced")
            select (row.State, happened)];

    [Fact]
    public void An_order_placed_has_what_its_event_says()
    {
        var order = Given.Placed();
        Assert.Equal(new Order
        {
            Id = 1,
            Client = "client",
            Supplier = "supplier",
            Customer = new Customer { Name = "Jon Doe", Email = "john@example.com" },
            Lines = { new OrderLine { Description = "Garden fence", Quantity = "1" } },
            State = State.Placed,
            Revision = 1,
            PlaceTime = Timestamp.FromDateTimeOffset(Given.Noon),
            UpdateTime = Timestamp.FromDateTimeOffset(Given.Noon),
        }, order);
    }

    [Fact]
    public void Each_event_is_one_revision_and_moves_the_update_time_but_not_the_place_time()
    {
        var later = Given.Noon.AddDays(3);
        var order = Given.Placed().After(new ApproveOrderRequest { OrderId = 1 }, later);
        Assert.Equal((2, later, Given.Noon), (order.Revision, order.UpdateTime.ToDateTimeOffset(), order.PlaceTime.ToDateTimeOffset()));
    }

    [Fact]
    public void Each_realization_sent_back_is_one_more_round_and_keeps_its_reason()
    {
        var order = Given.In(State.InRealization);
        for (var round = 1; round <= 3; round++)
        {
            var reported = order.After(new ReportRealizationRequest { OrderId = 1, Note = "try " + round });
            Assert.Equal((round - 1, "try " + round), (reported.ReworkRound, reported.RealizationNote));
            order = reported.After(new RejectRealizationRequest { OrderId = 1, Reason = "not yet " + round });
            Assert.Equal((State.InRealization, round), (order.State, order.ReworkRound));
        }

        Assert.Equal(["not yet 1", "not yet 2", "not yet 3"], order.Reasons.Select(r => r.Text));
        Assert.All(order.Reasons, r => Assert.Equal((Command.RejectRealization, Role.Client), (r.Command, r.Role)));
        var completed = order.After(new ReportRealizationRequest { OrderId = 1 }).After(new ApproveRealizationRequest { OrderId = 1 });
        Assert.Equal((State.Completed, 3, ""), (completed.State, completed.ReworkRound, completed.RealizationNote));
    }

    [Fact]
    public void An_order_keeps_the_latest_twenty_reasons_oldest_first()
    {
        var order = Given.In(State.QuoteSent);
        for (var i = 1; i <= 25; i++)
        {
            order = order.After(new RequestQuoteRevisionRequest { OrderId = 1, Reason = "r" + i }, Given.Noon.AddMinutes(i))
                .After(Requests.Draft(1)).After(new SupplierServiceApproveQuoteRequest { OrderId = 1 });
        }

        Assert.Equal(Enumerable.Range(6, 20).Select(i => "r" + i.ToString(CultureInfo.InvariantCulture)), order.Reasons.Select(r => r.Text));
        Assert.Equal(Given.Noon.AddMinutes(25), order.Reasons[^1].Time.ToDateTimeOffset());
    }

    [Fact]
    public void Nothing_said_is_no_reason()
    {
        var order = Given.In(State.QuoteSent).After(new RequestQuoteRevisionRequest { OrderId = 1 });
        Assert.Empty(order.Reasons);
        Assert.Empty(Given.In(State.Placed).After(new CancelOrderRequest { OrderId = 1 }).Reasons);
    }

    [Theory]
    [InlineData(State.Placed, Role.Supplier, Command.RejectOrder)]
    [InlineData(State.QuoteDrafted, Role.Supplier, Command.RejectQuote)]
    [InlineData(State.QuoteSent, Role.Client, Command.RejectQuote)]
    [InlineData(State.QuoteSent, Role.Client, Command.RequestQuoteRevision)]
    [InlineData(State.Realized, Role.Client, Command.RejectRealization)]
    [InlineData(State.QuoteSent, Role.Client, Command.CancelOrder)]
    public void Every_command_with_a_reason_leaves_it_on_the_order(State state, Role role, Command command)
    {
        var order = Given.In(state);
        var reason = Assert.Single(order.After(ProcessTable.Request(role, command, order)).Reasons);
        Assert.Equal((command, role, Given.Noon), (reason.Command, reason.Role, reason.Time.ToDateTimeOffset()));
        Assert.NotEmpty(reason.Text);
    }

    [Fact]
    public void A_sent_quote_stays_as_it_was_until_the_end()
    {
        var sent = Given.In(State.QuoteSent).Quote;
        Assert.Equal(sent, Given.In(State.Completed).Quote);
        Assert.Equal(sent, Given.In(State.QuoteDeclined).Quote);
    }

    // What lets an event happen is the process's business and may change; what it meant when it happened may not.
    [Theory]
    [MemberData(nameof(EveryEvent))]
    public void An_event_that_has_happened_means_the_same_whatever_the_process_lets_happen_now(State state, string happened)
    {
        var order = Given.In(state);
        order.Quote ??= new Quote();
        Assert.Equal(ProcessTable.Allowed.First(step => step.Event == happened).To, Evolver.Evolve(order, Empty(happened, order)).State);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("OrderPlaced")]
    [InlineData("QuoteSent")] // without a quote
    public void An_event_that_cannot_be_this_orders_next_throws(string happened)
    {
        var order = Given.In(State.Placed);
        Assert.Throws<InvalidOperationException>(() => Evolver.Evolve(order, Empty(happened, order)));
    }

    [Fact]
    public void The_process_and_the_history_agree_on_where_each_step_leads() => Assert.All(
        OrderProcess.Steps.Where(step => step.From.Count > 0),
        step => Assert.Equal(step.To, Evolver.Evolve(new Order { Id = 1, Quote = new Quote() }, Empty(step.Event.ToString(), new Order { Id = 1 })).State));

    [Fact]
    public void An_orders_next_event_is_never_earlier_than_the_last_one()
    {
        var placed = Given.Placed();
        var ahead = placed.After(new ApproveOrderRequest { OrderId = 1 }, Given.Noon.AddDays(300));
        var back = ahead.After(Requests.Draft(1), Given.Noon.AddHours(1));
        Assert.Equal(Given.Noon.AddDays(300), back.UpdateTime.ToDateTimeOffset());
        Assert.Equal(Given.Noon.AddDays(301), back.After(new CancelOrderRequest { OrderId = 1 }, Given.Noon.AddDays(301)).UpdateTime.ToDateTimeOffset());
        Assert.Equal(Given.Noon.AddHours(1), placed.After(new ApproveOrderRequest { OrderId = 1 }, Given.Noon.AddHours(1)).UpdateTime.ToDateTimeOffset());
    }

    [Fact]
    public void An_event_of_another_order_or_out_of_its_turn_throws()
    {
        var order = Given.In(State.Placed);
        var approved = Given.Happens(order, new ApproveOrderRequest { OrderId = 1 });
        foreach (var wrong in new[] { new OrderEvent(approved) { OrderId = 2 }, new OrderEvent(approved) { Revision = 1 }, new OrderEvent(approved) { Revision = 3 } })
        {
            Assert.Throws<InvalidOperationException>(() => Evolver.Evolve(order, wrong));
        }

        Assert.Throws<InvalidOperationException>(() => Evolver.Evolve(null, new OrderEvent(approved) { Revision = 1 }));
        Assert.Equal(State.Approved, Evolver.Evolve(order, approved).State);
    }

    private static OrderEvent Empty(string happened, Order order)
    {
        var empty = new OrderEvent { OrderId = order.Id, Revision = order.Revision + 1, Time = new Timestamp(), Actor = new Actor() };
        var field = OrderEvent.Descriptor.Oneofs[0].Fields.SingleOrDefault(f => f.MessageType.Name == happened);
        field?.Accessor.SetValue(empty, field.MessageType.Parser.ParseFrom(ReadOnlySpan<byte>.Empty));
        return empty;
    }
}
