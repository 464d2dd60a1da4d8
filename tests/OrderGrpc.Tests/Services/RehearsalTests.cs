using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>DraftQuote with validate_only: the server's own sums, or its refusal, and nothing is changed.</summary>
public sealed class RehearsalTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public async Task It_tells_what_the_quote_would_come_to_and_changes_nothing()
    {
        var before = await shop.OrderInAsync(State.Approved);
        var request = Requests.Draft(before.Id, units: 38, quantity: "2.5");
        request.ValidateOnly = true;
        request.RequestId = "once";
        var answer = await shop.Supplier.Supplier.DraftQuoteAsync(request);
        Assert.Equal((95L, State.QuoteDrafted, before.Revision + 1), (answer.Order.Quote.Total.Units, answer.Order.State, answer.Order.Revision));
        Assert.Equal(95L, Assert.Single(answer.Order.Quote.Lines).Amount.Units);
        Assert.Equal((0L, ""), (answer.Position, answer.Message));
        Assert.Equal(before, await Shop.SeenByAsync(shop.Supplier, before.Id));
        request.ValidateOnly = false;
        Assert.Equal(answer.Order.Quote.Total, (await shop.Supplier.Supplier.DraftQuoteAsync(request)).Order.Quote.Total); // and its id is not used up
    }

    [Fact]
    public async Task It_is_refused_for_what_the_command_would_be_refused()
    {
        var order = await shop.OrderInAsync(State.Placed);
        Assert.Equal("WRONG_STATE", await ReasonAsync(shop.Supplier, Requests.Draft(order.Id)));
        Assert.Equal("ORDER_NOT_FOUND", await ReasonAsync(shop.OtherSupplier, Requests.Draft(order.Id)));
        Assert.Equal("WRONG_ROLE", await ReasonAsync(shop.Client, Requests.Draft(order.Id)));
        order = await shop.OrderInAsync(State.Approved);
        Assert.Equal("INVALID_FIELD", await ReasonAsync(shop.Supplier, Requests.Draft(order.Id, units: -1)));
        var stale = Requests.Draft(order.Id);
        stale.ExpectedRevision = order.Revision + 1;
        Assert.Equal("REVISION_STALE", await ReasonAsync(shop.Supplier, stale));
        var past = Requests.Draft(order.Id);
        past.ValidUntil = Timestamp.FromDateTimeOffset(shop.Server.Time.GetUtcNow());
        Assert.Equal("INVALID_FIELD", await ReasonAsync(shop.Supplier, past));
    }

    private static async Task<string> ReasonAsync(Party party, DraftQuoteRequest request)
    {
        request.ValidateOnly = true;
        return (await Refused.By(party.Supplier.DraftQuoteAsync(request))).Reason;
    }
}
