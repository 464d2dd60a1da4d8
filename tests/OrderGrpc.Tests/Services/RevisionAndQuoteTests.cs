using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>Commands that come too late: the order or its quote is no longer what the caller saw.</summary>
public sealed class RevisionAndQuoteTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<Role, Command> Commands => [.. ProcessTable.Commands.Select(c => (c.Role, c.Command))];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_revision_that_is_not_the_orders_is_stale_and_its_own_is_taken(Role role, Command command)
    {
        var order = await shop.OrderInAsync(ProcessTable.Allowed.First(s => (s.Role, s.Command) == (role, command)).From);
        foreach (var wrong in new[] { order.Revision + 1, order.Revision + 7, long.MaxValue, order.Revision - 1 }.Where(r => r > 0))
        {
            var refused = await shop.RefusedAsync(
                ProcessTable.Request(role, command, order).With(("expected_revision", wrong)), StatusCode.Aborted, "REVISION_STALE",
                $"order {order.Id} is at revision {order.Revision}, not {wrong}; read it again",
                $"la commande {order.Id} est à la révision {order.Revision}, pas {wrong} ; relisez-la");
            Assert.Equal(order.Revision.Text(), refused.Metadata["revision"]);
        }

        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
        var right = ProcessTable.Request(role, command, order).With(("expected_revision", order.Revision));
        Assert.Equal(order.Revision + 1, (await shop.Of(role).SendAsync(right)).Order.Revision);
    }

    [Fact]
    public async Task A_stale_revision_is_told_before_a_wrong_state()
    {
        var order = await shop.OrderInAsync(State.Completed);
        var refused = await Refused.By(shop.Client.Client.CancelOrderAsync(new CancelOrderRequest { OrderId = order.Id, ExpectedRevision = 1 }));
        Assert.Equal("REVISION_STALE", refused.Reason);
    }

    [Fact]
    public async Task Of_many_that_act_on_one_revision_one_succeeds()
    {
        var order = await shop.OrderInAsync(State.Placed);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            try
            {
                await shop.Of(i % 2 == 0 ? Role.Client : Role.Supplier).SendAsync(i % 2 == 0
                    ? new CancelOrderRequest { OrderId = order.Id, ExpectedRevision = 1 }
                    : new RejectOrderRequest { OrderId = order.Id, ExpectedRevision = 1 });
                return "";
            }
            catch (RpcException e)
            {
                return Refused.Of(e).Reason;
            }
        }));
        Assert.Single(outcomes, "");
        Assert.Equal(29, outcomes.Count(o => o == "REVISION_STALE"));
        Assert.Equal(2, (await Shop.SeenByAsync(shop.Client, order.Id)).Revision);
    }

    [Fact]
    public async Task A_quote_is_not_accepted_by_its_old_digest()
    {
        var first = await shop.OrderInAsync(State.QuoteSent);
        await shop.Supplier.SendAsync(Requests.Draft(first.Id, 380));
        await shop.Supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = first.Id });
        var second = await Shop.SeenByAsync(shop.Client, first.Id);
        ClientServiceApproveQuoteRequest[] old =
        [
            Requests.Accept(first),
            new() { OrderId = first.Id, QuoteRevision = 2, Digest = first.Quote.Digest },
            new() { OrderId = first.Id, QuoteRevision = 1, Digest = second.Quote.Digest },
            new() { OrderId = first.Id, QuoteRevision = 3, Digest = second.Quote.Digest },
        ];
        foreach (var request in old)
        {
            var refused = await shop.RefusedAsync(
                request, StatusCode.FailedPrecondition, "QUOTE_CHANGED",
                $"the quote of order {first.Id} has changed: it is now revision 2 with digest {second.Quote.Digest}; read it again",
                $"le devis de la commande {first.Id} a changé : il est maintenant à la révision 2, d'empreinte {second.Quote.Digest} ; relisez-le");
            Assert.Equal(("2", second.Quote.Digest), (refused.Metadata["quote_revision"], refused.Metadata["digest"]));
        }

        Assert.Equal(second, await Shop.SeenByAsync(shop.Client, first.Id));
        Assert.Equal(State.InRealization, (await shop.Client.SendAsync(Requests.Accept(second))).Order.State);
    }

    [Fact]
    public async Task A_quote_taken_back_by_a_draft_cannot_be_accepted()
    {
        var sent = await shop.OrderInAsync(State.QuoteSent);
        await shop.Supplier.SendAsync(Requests.Draft(sent.Id, 380));
        var refused = await Refused.By(shop.Client.Client.ApproveQuoteAsync(Requests.Accept(sent)));
        Assert.Equal(("WRONG_STATE", "QUOTE_DRAFTED"), (refused.Reason, refused.Metadata["state"]));
    }

    [Fact]
    public async Task An_expired_quote_is_neither_accepted_nor_sent_and_can_be_drafted_anew()
    {
        var order = await shop.OrderInAsync(State.Approved);
        var until = shop.Server.Time.GetUtcNow().AddHours(1);
        var draft = Requests.Draft(order.Id).With(("valid_until", Timestamp.FromDateTimeOffset(until)));
        await shop.Supplier.SendAsync(draft);
        await shop.Supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id });
        var sent = await Shop.SeenByAsync(shop.Client, order.Id);
        shop.Server.Time.Advance(TimeSpan.FromHours(1));
        var written = until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await ExpiredAsync(Requests.Accept(sent), 1);
        sent.AllowedCommands.Remove(Command.ApproveQuote);
        Assert.Equal(sent, await Shop.SeenByAsync(shop.Client, order.Id));

        var again = Requests.Draft(order.Id).With(("valid_until", Timestamp.FromDateTimeOffset(until.AddHours(1))));
        await shop.Supplier.SendAsync(again);
        shop.Server.Time.Advance(TimeSpan.FromHours(1));
        written = until.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await ExpiredAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id }, 2);

        async Task ExpiredAsync(IOrderCommand command, int revision) => await shop.RefusedAsync(
            command, StatusCode.FailedPrecondition, "QUOTE_EXPIRED",
            $"quote {revision} of order {order.Id} was valid until {written}; a new one is needed",
            $"le devis {revision} de la commande {order.Id} était valable jusqu'au {written} ; il en faut un nouveau");
    }
}
