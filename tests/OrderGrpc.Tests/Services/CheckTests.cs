using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>What the Check RPCs say in each state: section 9's table, in both languages.</summary>
public sealed class CheckTests(Shop shop) : IClassFixture<Shop>
{
    private static readonly (string En, string Fr) Received = ("Order received, waiting to be verified", "Commande reçue, en attente de validation");
    private static readonly (string En, string Fr) Rejected = ("Your order was rejected, please place it anew", "Votre commande a été invalidée, veuillez remplacer votre commande");
    private static readonly (string En, string Fr) Cancelled = ("Your order was cancelled", "Votre commande a été annulée");
    private static readonly (string En, string Fr) Verified = ("Your order was verified", "Votre commande a été vérifiée");
    private static readonly (string En, string Fr) NoQuote = ("There is no quote yet", "Il n'y a pas encore de devis");
    private static readonly (string En, string Fr) QuoteWaits = ("Your quote is waiting to be verified", "Votre devis est en attente de validation");
    private static readonly (string En, string Fr) QuoteRejected = ("Your quote was rejected, please place your order anew", "Votre devis a été invalidé, veuillez remplacer votre commande");
    private static readonly (string En, string Fr) QuoteVerified = ("Your quote was verified", "Votre devis a été vérifié");
    private static readonly (string En, string Fr) QuoteDeclined = ("You declined the quote", "Vous avez refusé le devis");
    private static readonly (string En, string Fr) QuoteDeclinedByClient = ("The client declined the quote", "Le client a refusé le devis");
    private static readonly (string En, string Fr) QuoteExpired = ("Your quote has expired", "Votre devis a expiré");
    private static readonly (string En, string Fr) NotYet = ("The service is not realized yet, earlier steps must be done first", "Le service n'a pas encore été réalisé, des étapes préliminaires doivent être effectuées");
    private static readonly (string En, string Fr) Done = ("The service was realized", "Le service a été réalisé");

    public static TheoryData<State> EveryState => ProcessTable.EveryState;

    [Theory]
    [MemberData(nameof(EveryState))]
    public async Task Each_check_says_how_it_stands_to_both_parties_in_both_languages(State state)
    {
        var (order, quote, realization) = state switch
        {
            State.Placed => (Received, NoQuote, NotYet),
            State.Approved => (Verified, NoQuote, NotYet),
            State.Rejected => (Rejected, Rejected, NotYet),
            State.QuoteDrafted => (Verified, QuoteWaits, NotYet),
            State.QuoteSent => (Verified, QuoteVerified, NotYet),
            State.QuoteWithheld => (Verified, QuoteRejected, NotYet),
            State.QuoteDeclined => (Verified, QuoteDeclined, NotYet),
            State.InRealization => (Verified, QuoteVerified, NotYet),
            State.Realized => (Verified, QuoteVerified, Done),
            State.Completed => (Verified, QuoteVerified, Done),
            State.Cancelled => (Cancelled, Cancelled, NotYet),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
        var id = (await shop.OrderInAsync(state)).Id;
        foreach (var (party, french) in new[] { (shop.Client, false), (shop.ClientInFrench, true), (shop.Supplier, false), (shop.SupplierInFrench, true) })
        {
            var ofOrder = await party.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id });
            Assert.Equal((state, french ? order.Fr : order.En), (ofOrder.State, ofOrder.Message));
            var ofQuote = await party.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id });
            var said = quote == QuoteDeclined && (party == shop.Supplier || party == shop.SupplierInFrench) ? QuoteDeclinedByClient : quote;
            Assert.Equal((state, french ? said.Fr : said.En), (ofQuote.State, ofQuote.Message));
            var ofRealization = await party.Query.CheckRealizationAsync(new CheckRealizationRequest { OrderId = id });
            Assert.Equal((state, french ? realization.Fr : realization.En), (ofRealization.State, ofRealization.Message));
        }
    }

    [Fact]
    public async Task An_order_cancelled_after_its_quote_was_sent_has_had_a_verified_quote()
    {
        var id = (await shop.OrderInAsync(State.QuoteSent)).Id;
        await shop.Client.SendAsync(new CancelOrderRequest { OrderId = id });
        Assert.Equal(QuoteVerified.Fr, (await shop.ClientInFrench.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Assert.Equal(Cancelled.Fr, (await shop.ClientInFrench.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id })).Message);
    }

    [Fact]
    public async Task A_draft_that_nobody_sent_is_no_quote_once_its_order_is_cancelled()
    {
        var id = (await shop.OrderInAsync(State.QuoteDrafted)).Id;
        await shop.Client.SendAsync(new CancelOrderRequest { OrderId = id });
        Assert.Equal(Cancelled.En, (await shop.Client.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
    }

    [Fact]
    public async Task A_quote_that_has_expired_says_so_and_nobody_is_told_to_approve_it()
    {
        var id = (await shop.OrderInAsync(State.Approved)).Id;
        var until = shop.Server.Time.GetUtcNow().AddHours(1);
        await shop.Supplier.SendAsync(Requests.Draft(id).With(("valid_until", Timestamp.FromDateTimeOffset(until))));
        await shop.Supplier.SendAsync(new SupplierServiceApproveQuoteRequest { OrderId = id });
        Assert.Equal(QuoteVerified.En, (await shop.Client.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Assert.Contains(Command.ApproveQuote, (await Shop.SeenByAsync(shop.Client, id)).AllowedCommands);

        shop.Server.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(QuoteExpired.En, (await shop.Client.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Assert.Equal(QuoteExpired.Fr, (await shop.SupplierInFrench.Query.CheckQuoteAsync(new CheckQuoteRequest { OrderId = id })).Message);
        Command[] left = [Command.RejectQuote, Command.RequestQuoteRevision, Command.CancelOrder];
        Assert.Equal(left, (await Shop.SeenByAsync(shop.Client, id)).AllowedCommands);
        var listed = await shop.Client.Query.ListOrdersAsync(new ListOrdersRequest { States = { State.QuoteSent } });
        Assert.Equal(left, listed.Orders.Single(order => order.Id == id).AllowedCommands);
        using var watch = new Watch(shop.Client, new WatchOrdersRequest { OrderIds = { id }, Snapshot = true });
        Assert.Equal(left, (await watch.NextAsync()).SnapshotOrder.AllowedCommands);
        var refused = await Refused.By(shop.Client.Client.ApproveRealizationAsync(new ApproveRealizationRequest { OrderId = id }));
        Assert.Equal("REJECT_QUOTE,REQUEST_QUOTE_REVISION,CANCEL_ORDER", refused.Metadata["allowed_commands"]);
    }

    [Theory]
    [InlineData("", "en")]
    [InlineData("en", "en")]
    [InlineData("fr", "fr")]
    [InlineData("FR", "fr")]
    [InlineData("fr-CA", "fr")]
    [InlineData("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr")]
    [InlineData("en-GB,fr;q=0.9", "en")]
    [InlineData("en;q=0.3, fr;q=0.4", "fr")]
    [InlineData("en;q=0.4,fr;q=0.3", "en")]
    [InlineData("fr,en", "fr")]
    [InlineData("en,fr", "en")]
    [InlineData("de", "en")]
    [InlineData("de,fr;q=0.1", "fr")]
    [InlineData("de,*;q=0.5", "en")]
    [InlineData("*", "en")]
    [InlineData("fr;q=0", "en")]
    [InlineData("en;q=0,fr;q=0.001", "fr")]
    [InlineData("fr ; q=0.5 , en ; q=0.4", "fr")]
    [InlineData("fra", "en")]
    [InlineData("fr;q=NaN", "en")]
    [InlineData(";;,,;q=", "en")]
    public async Task The_language_is_the_one_that_accept_language_prefers_of_the_two(string header, string language)
    {
        Assert.Equal(language, OrderGrpc.Server.Services.ServerTexts.Choose(header).Name);
        var id = (await shop.OrderInAsync(State.Placed)).Id;
        using var party = shop.Server.Client(header);
        var told = await party.Query.CheckOrderAsync(new CheckOrderRequest { OrderId = id });
        Assert.Equal(language == "fr" ? Received.Fr : Received.En, told.Message);
    }

    [Fact]
    public async Task DescribeProcess_tells_the_steps_and_states_of_the_design_to_both()
    {
        foreach (var party in new[] { shop.Client, shop.Supplier })
        {
            var process = await party.Query.DescribeProcessAsync(new DescribeProcessRequest());
            var steps = from step in process.Transitions from state in step.From select (state, step.Role, step.Command, step.Event, step.To);
            Assert.Equal(ProcessTable.Allowed.ToHashSet(), steps.ToHashSet());
            Assert.Equal(13, process.Transitions.Count);
            var placing = Assert.Single(process.Transitions, t => t.From.Count == 0);
            Assert.Equal((Command.PlaceOrder, Role.Client, "OrderPlaced", State.Placed), (placing.Command, placing.Role, placing.Event, placing.To));
            Assert.Equal(
                ProcessTable.States.Select(s => (s.State, s.Turn, s.Turn == WaitingOn.Nobody)),
                process.States.Select(s => (s.State, s.WaitingOn, s.Terminal)));
        }
    }
}
