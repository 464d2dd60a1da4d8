using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

public sealed class QuoteDocumentTests(Shop shop) : IClassFixture<Shop>
{
    public static TheoryData<State> EveryState => ProcessTable.EveryState;

    [Theory]
    [MemberData(nameof(EveryState))]
    public async Task The_supplier_reads_a_draft_and_both_read_what_was_sent(State state)
    {
        var order = await shop.OrderInAsync(state);
        var sent = state is State.QuoteSent or State.QuoteDeclined or State.InRealization or State.Realized or State.Completed;
        var drafted = state is State.QuoteDrafted or State.QuoteWithheld;
        foreach (var revision in new[] { 0, 1 })
        {
            await ReadsAsync(shop.Client, order.Id, revision, sent, sent);
            await ReadsAsync(shop.Supplier, order.Id, revision, sent || drafted, sent);
        }

        await ReadsAsync(shop.Client, order.Id, 2, there: false, sent: false);
        await ReadsAsync(shop.Supplier, order.Id, 2, there: false, sent: false);
    }

    [Fact]
    public async Task A_sent_document_is_the_same_bytes_for_ever_and_those_that_the_draft_had()
    {
        var order = await shop.OrderInAsync(State.QuoteDrafted);
        var draft = await ReadAsync(shop.Supplier, order.Id);
        Assert.Equal(("", false, 1), (draft.Digest, draft.Sent, draft.QuoteRevision));
        await shop.Supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id });
        var sent = await ReadAsync(shop.Client, order.Id);
        Assert.Equal(draft.Content, sent.Content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(sent.Content.Span)), sent.Digest);
        Assert.Equal(sent.Digest, (await Shop.SeenByAsync(shop.Client, order.Id)).Quote.Digest);

        await shop.Supplier.SendAsync(Requests.Draft(order.Id, 99));
        Assert.Equal(sent, await ReadAsync(shop.Client, order.Id));
        Assert.Equal(sent, await ReadAsync(shop.Client, order.Id, 1));
        Assert.Equal(sent, await ReadAsync(shop.Supplier, order.Id, 1));
        Assert.Equal((2, false), (await ReadAsync(shop.Supplier, order.Id)) is var second ? (second.QuoteRevision, second.Sent) : default);
        await RefusedAsync(shop.Client, shop.ClientInFrench, order.Id, 2);

        await shop.Supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = order.Id });
        var resent = await ReadAsync(shop.Client, order.Id);
        Assert.Equal((2, true), (resent.QuoteRevision, resent.Sent));
        Assert.NotEqual(sent.Digest, resent.Digest);
        Assert.Equal(sent, await ReadAsync(shop.Client, order.Id, 1));
    }

    [Fact]
    public async Task A_draft_that_was_replaced_before_it_was_sent_is_gone()
    {
        var order = await shop.OrderInAsync(State.QuoteDrafted);
        await shop.Supplier.SendAsync(Requests.Draft(order.Id, 99));
        await RefusedAsync(shop.Supplier, shop.SupplierInFrench, order.Id, 1);
        Assert.Equal(2, (await ReadAsync(shop.Supplier, order.Id)).QuoteRevision);
    }

    [Fact]
    public async Task Its_first_four_lines_and_its_name_are_the_prototypes()
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        var document = await ReadAsync(shop.Client, order.Id);
        Assert.Equal($"quote_{order.Id}.txt", document.FileName);
        var lines = document.Content.ToString(Encoding.UTF8).Split('\n');
        Assert.Equal([$"id: {order.Id}", "name: Jon Doe", "email: john@example.com", "cost: 38 EUR"], lines[..4]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public async Task A_revision_is_not_negative(int revision)
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        var refused = await Refused.By(shop.Client.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = order.Id, QuoteRevision = revision }));
        Assert.Equal((StatusCode.InvalidArgument, "quote_revision"), (refused.Code, Assert.Single(refused.Fields)));
    }

    private async Task ReadsAsync(Party party, long id, int revision, bool there, bool sent)
    {
        if (there)
        {
            var document = await ReadAsync(party, id, revision);
            Assert.Equal((sent, 1, sent ? 64 : 0), (document.Sent, document.QuoteRevision, document.Digest.Length));
        }
        else
        {
            await RefusedAsync(party, party == shop.Client ? shop.ClientInFrench : shop.SupplierInFrench, id, revision);
        }
    }

    private async Task RefusedAsync(Party english, Party french, long id, int revision) => await shop.RefusedAsync(
        english, french, async party => await ReadAsync(party, id, revision), StatusCode.NotFound, "QUOTE_NOT_FOUND",
        $"order {id} has no such quote yet", $"la commande {id} n'a pas encore ce devis");

    private static async Task<GetQuoteDocumentResponse> ReadAsync(Party party, long id, int revision = 0) =>
        await party.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = id, QuoteRevision = revision });
}
