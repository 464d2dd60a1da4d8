using System.Text;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>The five cases of the prototype, over gRPC, with what each party is told on the way.</summary>
public sealed class HappyPathTests(Shop shop) : IClassFixture<Shop>
{
    private const string NotYet = "Le service n'a pas encore été réalisé, des étapes préliminaires doivent être effectuées";
    private const string Done = "Le service a été réalisé";

    [Fact]
    public async Task Case_1_all_goes_well()
    {
        var placed = await shop.Client.SendAsync(Requests.Place());
        var id = placed.Order.Id;
        await ToldAsync(id, "Commande reçue, en attente de validation", "Il n'y a pas encore de devis", NotYet);
        await DoAsync(new ApproveOrderRequest { OrderId = id }, State.Approved);
        await ToldAsync(id, "Votre commande a été vérifiée", "Il n'y a pas encore de devis", NotYet);
        await DoAsync(Requests.Draft(id), State.QuoteDrafted);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis est en attente de validation", NotYet);
        await DoAsync(new SupplierServiceApproveQuoteRequest { OrderId = id }, State.QuoteSent);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", NotYet);
        var document = await shop.Client.Query.GetQuoteDocumentAsync(new GetQuoteDocumentRequest { OrderId = id });
        Assert.StartsWith($"id: {id}\nname: Jon Doe\nemail: john@example.com\ncost: 38 EUR\n", document.Content.ToString(Encoding.UTF8), StringComparison.Ordinal);
        await DoAsync(new ClientServiceApproveQuoteRequest { OrderId = id, QuoteRevision = 1, Digest = document.Digest }, State.InRealization);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", NotYet);
        await DoAsync(new ReportRealizationRequest { OrderId = id }, State.Realized);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", Done);
        await DoAsync(new ApproveRealizationRequest { OrderId = id }, State.Completed);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", Done);
        Assert.Equal(
            ["OrderPlaced", "OrderApproved", "QuoteDrafted", "QuoteSent", "QuoteAccepted", "RealizationReported", "RealizationApproved"],
            (await shop.Client.Query.ListOrderEventsAsync(new ListOrderEventsRequest { OrderId = id })).Events.Select(e => e.EventCase.ToString()));
    }

    [Fact]
    public async Task Case_2_the_order_is_not_validated_and_is_placed_anew()
    {
        var id = (await shop.Client.PlaceAsync()).Id;
        var rejected = await DoAsync(new RejectOrderRequest { OrderId = id, Reason = "not our trade" }, State.Rejected);
        Assert.Equal(("not our trade", WaitingOn.Nobody), (Assert.Single(rejected.Reasons).Text, rejected.WaitingOn));
        await ToldAsync(id, "Votre commande a été invalidée, veuillez remplacer votre commande", "Votre commande a été invalidée, veuillez remplacer votre commande", NotYet);
        var anew = (await shop.Client.SendAsync(Requests.Place().With(("replaces_order_id", id)))).Order;
        Assert.Equal((id, State.Placed, 1), (anew.ReplacesOrderId, anew.State, anew.Revision));
    }

    [Fact]
    public async Task Case_3_the_supplier_refuses_the_quote()
    {
        var id = (await shop.OrderInAsync(State.QuoteDrafted)).Id;
        await DoAsync(new SupplierServiceRejectQuoteRequest { OrderId = id, Reason = "wrong sum" }, State.QuoteWithheld);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été invalidé, veuillez remplacer votre commande", NotYet);
        Assert.Null((await Shop.SeenByAsync(shop.Client, id)).Quote);
    }

    [Fact]
    public async Task Case_4_the_client_refuses_the_quote()
    {
        var id = (await shop.OrderInAsync(State.QuoteSent)).Id;
        await DoAsync(new ClientServiceRejectQuoteRequest { OrderId = id, Reason = "too dear" }, State.QuoteDeclined);
        Assert.Equal("Vous avez refusé le devis", (await shop.ClientInFrench.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Assert.Equal("Le client a refusé le devis", (await shop.SupplierInFrench.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Assert.Equal("Votre commande a été vérifiée", (await shop.ClientInFrench.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id })).Message);
    }

    [Fact]
    public async Task Case_5_the_client_sends_the_realization_back_and_accepts_the_second()
    {
        var id = (await shop.OrderInAsync(State.InRealization)).Id;
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", NotYet);
        await DoAsync(new ReportRealizationRequest { OrderId = id, Note = "first" }, State.Realized);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", Done);
        var back = await DoAsync(new RejectRealizationRequest { OrderId = id, Reason = "it leans" }, State.InRealization);
        Assert.Equal((1, "it leans", WaitingOn.Supplier), (back.ReworkRound, back.Reasons[^1].Text, back.WaitingOn));
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", NotYet);
        var again = await DoAsync(new ReportRealizationRequest { OrderId = id, Note = "second" }, State.Realized);
        Assert.Equal("second", again.RealizationNote);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis a été vérifié", Done);
        Assert.Equal(1, (await DoAsync(new ApproveRealizationRequest { OrderId = id }, State.Completed)).ReworkRound);
    }

    [Fact]
    public async Task A_client_has_the_quote_revised_before_it_accepts()
    {
        var id = (await shop.OrderInAsync(State.QuoteSent)).Id;
        await DoAsync(new RequestQuoteRevisionRequest { OrderId = id, Reason = "with a gate" }, State.Approved);
        await ToldAsync(id, "Votre commande a été vérifiée", "Votre devis est en cours de révision", NotYet);
        await DoAsync(Requests.Draft(id, 42), State.QuoteDrafted);
        await DoAsync(new SupplierServiceApproveQuoteRequest { OrderId = id }, State.QuoteSent);
        var seen = await Shop.SeenByAsync(shop.Client, id);
        Assert.Equal((2, 42), (seen.Quote.Revision, seen.Quote.Total.Units));
        await DoAsync(Requests.Accept(seen), State.InRealization);
    }

    [Theory]
    [InlineData(State.Placed)]
    [InlineData(State.Approved)]
    [InlineData(State.QuoteDrafted)]
    [InlineData(State.QuoteSent)]
    public async Task A_client_cancels_before_it_has_accepted_a_quote(State state)
    {
        var order = await shop.OrderInAsync(state);
        var cancelled = await DoAsync(new CancelOrderRequest { OrderId = order.Id, Reason = "moved away" }, State.Cancelled);
        Assert.Equal(("moved away", Command.CancelOrder, Role.Client), (cancelled.Reasons[^1].Text, cancelled.Reasons[^1].Command, cancelled.Reasons[^1].Role));
        Assert.Equal((WaitingOn.Nobody, 0), (cancelled.WaitingOn, cancelled.AllowedCommands.Count));
        Assert.Equal("Votre commande a été annulée", (await shop.ClientInFrench.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = order.Id })).Message);
    }

    [Fact]
    public async Task An_order_is_placed_with_all_that_was_said_and_with_the_callers_name()
    {
        var request = new PlaceOrderRequest
        {
            Supplier = "other",
            Customer = new Customer { Name = "Zoë Öst", Email = "zoe@example.com" },
            Lines = { new OrderLine { Description = "Gate 😀", Quantity = "2.50" }, new OrderLine { Description = "Fence", Quantity = "1" } },
            ClientReference = "R-7",
            Note = "behind\nthe house",
        };
        var (order, position) = await shop.Client.SendAsync(request);
        Assert.Equal(
            ("client", "other", request.Customer, "R-7", "behind\nthe house", 1L, State.Placed),
            (order.Client, order.Supplier, order.Customer, order.ClientReference, order.Note, order.Revision, order.State));
        Assert.Equal(request.Lines, order.Lines);
        Assert.Equal([Command.CancelOrder], order.AllowedCommands);
        Assert.Equal(await shop.HeadAsync(), position);
        Assert.Equal((order.Id, WaitingOn.Supplier), (await Shop.SeenByAsync(shop.OtherSupplier, order.Id) is var seen ? (seen.Id, seen.WaitingOn) : default));
    }

    private async Task<Order> DoAsync(IOrderCommand command, State state)
    {
        var (order, _) = await shop.Of(command.Role).SendAsync(command);
        Assert.Equal(state, order.State);
        return order;
    }

    private async Task ToldAsync(long id, string order, string quote, string realization)
    {
        foreach (var party in new[] { shop.ClientInFrench, shop.SupplierInFrench })
        {
            Assert.Equal(order, (await party.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id })).Message);
            Assert.Equal(quote, (await party.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
            Assert.Equal(realization, (await party.Query.CheckRealizationAsync(new CheckRealizationRequest { OrderId = id })).Message);
        }
    }
}
