using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

public sealed class VisibilityTests
{
    public static TheoryData<State> EveryState => ProcessTable.EveryState;

    [Theory]
    [MemberData(nameof(EveryState))]
    public void A_client_sees_a_quote_only_once_it_was_sent(State state)
    {
        var wasSent = state is State.QuoteSent or State.QuoteDeclined or State.InRealization or State.Realized or State.Completed;
        Assert.Equal(wasSent, Visibility.For(Role.Client, Given.In(state)).Quote is not null);
        var wasDrafted = wasSent || state is State.QuoteDrafted or State.QuoteWithheld;
        Assert.Equal(wasDrafted, Visibility.For(Role.Supplier, Given.In(state)).Quote is not null);
    }

    /// <summary>Who gives an order a field decides here whether a client sees it.</summary>
    [Fact]
    public void A_client_sees_these_fields_of_an_order_and_of_what_it_holds()
    {
        Assert.Equal(
            "id client supplier customer lines client_reference note replaces_order_id state revision quote rework_round reasons place_time update_time waiting_on allowed_commands realization_note",
            Fields(Order.Descriptor));
        Assert.Equal("revision lines total valid_until draft_time send_time digest", Fields(Quote.Descriptor));
        Assert.Equal("description quantity unit_price amount", Fields(QuoteLine.Descriptor));
        Assert.Equal("description quantity", Fields(OrderLine.Descriptor));
        Assert.Equal("name email", Fields(Customer.Descriptor));
        Assert.Equal("command role text time", Fields(Reason.Descriptor));

        static string Fields(Google.Protobuf.Reflection.MessageDescriptor of) => string.Join(' ', of.Fields.InDeclarationOrder().Select(field => field.Name));
    }

    [Fact]
    public void A_client_does_not_see_a_draft_that_ended_with_its_order()
    {
        var cancelled = Given.In(State.QuoteDrafted).After(new CancelOrderRequest { OrderId = 1 });
        Assert.Null(Visibility.For(Role.Client, cancelled.Clone()).Quote);
        Assert.NotNull(Visibility.For(Role.Supplier, cancelled).Quote);
    }

    [Fact]
    public void A_client_does_not_see_the_draft_that_takes_a_sent_quote_back_nor_the_one_taken_back()
    {
        var redrafted = Given.In(State.QuoteSent).After(Requests.Draft(1, 99));
        Assert.Null(Visibility.For(Role.Client, redrafted).Quote);
    }

    [Fact]
    public void A_client_still_sees_the_quote_of_which_it_asked_a_revision()
    {
        var asked = Given.In(State.QuoteSent).After(new RequestQuoteRevisionRequest { OrderId = 1 });
        Assert.Equal(1, Visibility.For(Role.Client, asked).Quote.Revision);
    }

    [Fact]
    public void A_client_sees_of_a_drafts_event_only_its_revision()
    {
        var happened = Given.Happens(Given.In(State.Approved), Requests.Draft(1));
        Assert.Equal(new QuoteDrafted { QuoteRevision = 1 }, Visibility.For(Role.Client, happened.Clone()).QuoteDrafted);
        Assert.Equal(38, Visibility.For(Role.Supplier, happened).QuoteDrafted.Total.Units);
    }

    [Fact]
    public void Every_other_event_is_the_same_for_both()
    {
        foreach (var (from, role, command, _, _) in ProcessTable.Allowed.Where(step => step.Command != Command.DraftQuote))
        {
            var order = Given.In(from);
            var happened = Given.Happens(order, ProcessTable.Request(role, command, order));
            Assert.Equal(happened, Visibility.For(Role.Client, happened.Clone()));
            Assert.Equal(happened, Visibility.For(Role.Supplier, happened.Clone()));
        }
    }
}
