using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Services;

/// <summary>What the commands of an order that exists refuse of their own fields.</summary>
public sealed class CommandFieldTests(Shop shop) : IClassFixture<Shop>
{
    private const string IsRequired = "is required";
    private const string EstObligatoire = "est obligatoire";
    private const string IsNotAhead = "is not in the future";
    private const string EstPasAvenir = "n'est pas dans l'avenir";

    public static TheoryData<Role, Command> Commands => [.. ProcessTable.Commands.Select(c => (c.Role, c.Command))];

    public static TheoryData<Role, Command> WithReason =>
    [
        (Role.Client, Command.CancelOrder), (Role.Client, Command.RejectQuote), (Role.Client, Command.RequestQuoteRevision),
        (Role.Client, Command.RejectRealization), (Role.Supplier, Command.RejectOrder), (Role.Supplier, Command.RejectQuote),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_names_an_order_and_a_revision_above_0_and_a_short_request_id(Role role, Command command)
    {
        IOrderCommand Request() => ProcessTable.Request(role, command, new Order { Id = 1 });
        foreach (var id in new[] { 0L, -1L, long.MinValue })
        {
            await shop.FaultAsync(Request().With(("order_id", id)), "order_id", "is not above 0", "n'est pas supérieur à 0");
        }

        foreach (var revision in new[] { 0L, -1L })
        {
            await shop.FaultAsync(Request().With(("expected_revision", revision)), "expected_revision", "is not above 0", "n'est pas supérieur à 0");
        }

        await shop.FaultAsync(Request().With(("request_id", new string('x', 65))), "request_id", "is longer than 64", "dépasse 64");
    }

    [Theory]
    [MemberData(nameof(WithReason))]
    public async Task A_reason_is_one_line_of_at_most_1000_characters(Role role, Command command)
    {
        var from = ProcessTable.Allowed.First(step => (step.Role, step.Command) == (role, command)).From;
        var order = await shop.OrderInAsync(from);
        IOrderCommand With(string reason) => ProcessTable.Request(role, command, order).With(("reason", reason));
        await shop.FaultAsync(With(new string('é', 1001)), "reason", "is longer than 1000", "dépasse 1000");
        await shop.FaultAsync(With("two\nlines"), "reason", "has a control character", "contient un caractère de contrôle");
        await shop.FaultAsync(With("red \u001b[31m"), "reason", "has a control character", "contient un caractère de contrôle");
        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
        var (after, _) = await shop.Of(role).SendAsync(With(new string('é', 1000)));
        Assert.Equal(new string('é', 1000), after.Reasons[^1].Text);
    }

    [Fact]
    public async Task A_note_of_a_realization_has_lines_and_at_most_2000_characters()
    {
        var order = await shop.OrderInAsync(State.InRealization);
        await shop.FaultAsync(new ReportRealizationRequest { OrderId = order.Id, Note = new string('n', 2001) }, "note", "is longer than 2000", "dépasse 2000");
        await shop.FaultAsync(new ReportRealizationRequest { OrderId = order.Id, Note = "a\rb" }, "note", "has a control character", "contient un caractère de contrôle");
        var note = "done\n" + new string('n', 1995);
        Assert.Equal(note, (await shop.Supplier.SendAsync(new ReportRealizationRequest { OrderId = order.Id, Note = note })).Order.RealizationNote);
    }

    [Theory]
    [InlineData(0, "0", "quote_revision", "is not above 0", "n'est pas supérieur à 0")]
    [InlineData(-1, "0", "quote_revision", "is not above 0", "n'est pas supérieur à 0")]
    [InlineData(1, "", "digest", IsRequired, EstObligatoire)]
    [InlineData(1, "short", "digest", "is not a SHA-256 of 64 lower-case hex digits", "n'est pas un SHA-256 de 64 chiffres hexadécimaux minuscules")]
    [InlineData(1, "A", "digest", "is not a SHA-256 of 64 lower-case hex digits", "n'est pas un SHA-256 de 64 chiffres hexadécimaux minuscules")]
    [InlineData(1, "g", "digest", "is not a SHA-256 of 64 lower-case hex digits", "n'est pas un SHA-256 de 64 chiffres hexadécimaux minuscules")]
    public async Task A_quote_is_accepted_by_a_revision_and_a_digest(int revision, string digit, string field, string english, string french)
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        var digest = digit.Length == 1 ? new string(digit[0], 64) : digit;
        await shop.FaultAsync(new ClientServiceApproveQuoteRequest { OrderId = order.Id, QuoteRevision = revision, Digest = digest }, field, english, french);
        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
    }

    [Theory]
    [InlineData(-1, 0, "EUR", "units", "is not from 0 to 1000000000000", "n'est pas compris entre 0 et 1000000000000")]
    [InlineData(long.MinValue, 0, "EUR", "units", "is not from 0 to 1000000000000", "n'est pas compris entre 0 et 1000000000000")]
    [InlineData(1_000_000_000_001, 0, "EUR", "units", "is not from 0 to 1000000000000", "n'est pas compris entre 0 et 1000000000000")]
    [InlineData(1_000_000_000_000, 1, "EUR", "units", "is not from 0 to 1000000000000", "n'est pas compris entre 0 et 1000000000000")]
    [InlineData(long.MaxValue, 0, "EUR", "units", "is not from 0 to 1000000000000", "n'est pas compris entre 0 et 1000000000000")]
    [InlineData(1, -1, "EUR", "nanos", "is not from 0 to 999999999", "n'est pas compris entre 0 et 999999999")]
    [InlineData(0, -5, "EUR", "nanos", "is not from 0 to 999999999", "n'est pas compris entre 0 et 999999999")]
    [InlineData(1, 1_000_000_000, "EUR", "nanos", "is not from 0 to 999999999", "n'est pas compris entre 0 et 999999999")]
    [InlineData(1, 0, "", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    [InlineData(1, 0, "eur", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    [InlineData(1, 0, "EURO", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    [InlineData(1, 0, "€", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    [InlineData(1, 0, "ÉUR", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    [InlineData(1, 0, "E\nR", "currency_code", "is not three capital letters such as EUR", "n'est pas fait de trois majuscules telles que EUR")]
    public async Task A_price_is_an_amount_of_a_currency_from_0_to_a_million_millions(long units, int nanos, string currency, string field, string english, string french)
    {
        var order = await shop.OrderInAsync(State.Approved);
        var request = Requests.Draft(order.Id);
        request.Lines.Add(new QuoteLine { Description = "Gate", Quantity = "1", UnitPrice = new Money { Units = units, Nanos = nanos, CurrencyCode = currency } });
        await shop.FaultAsync(request, "lines[1].unit_price." + field, english, french);
        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
    }

    [Fact]
    public async Task The_dearest_line_is_taken_and_the_sum_has_a_limit_of_its_own()
    {
        var order = await shop.OrderInAsync(State.Approved);
        var drafted = (await shop.Supplier.SendAsync(Requests.Draft(order.Id, 1_000_000_000_000, quantity: "999"))).Order;
        Assert.Equal(999_000_000_000_000, drafted.Quote.Total.Units);
        var request = Requests.Draft(order.Id, 1_000_000_000_000, quantity: "1000");
        await shop.FaultAsync(request, "lines", "is not from 0 to 1000000000000000", "n'est pas compris entre 0 et 1000000000000000");
        request.Lines.Clear();
        request.Lines.AddRange(Enumerable.Repeat(new QuoteLine { Description = "x", Quantity = "1000000", UnitPrice = new Money { Units = 1_000_000_000_000, CurrencyCode = "EUR" } }, 100));
        await shop.FaultAsync(request, "lines", "is not from 0 to 1000000000000000", "n'est pas compris entre 0 et 1000000000000000");
    }

    [Fact]
    public async Task A_quote_has_1_to_100_lines_each_with_a_description_a_quantity_and_a_price()
    {
        var order = await shop.OrderInAsync(State.Approved);
        DraftQuoteRequest With(params QuoteLine[] lines) => new() { OrderId = order.Id, Lines = { lines } };
        var line = Requests.Draft(order.Id).Lines[0];
        await shop.FaultAsync(With(), "lines", IsRequired, EstObligatoire);
        await shop.FaultAsync(With([.. Enumerable.Repeat(line, 101)]), "lines", "has more than 100 entries", "a plus de 100 entrées");
        await shop.FaultAsync(With(new QuoteLine(line) { Description = " " }), "lines[0].description", IsRequired, EstObligatoire);
        await shop.FaultAsync(With(new QuoteLine(line) { Description = "cost\ncost: 1 EUR" }), "lines[0].description", "has a control character", "contient un caractère de contrôle");
        await shop.FaultAsync(With(new QuoteLine(line) { Quantity = "" }), "lines[0].quantity", IsRequired, EstObligatoire);
        await shop.FaultAsync(With(new QuoteLine(line) { Quantity = "-2" }), "lines[0].quantity", "is not a decimal such as 1 or 2.5, with at most 6 decimals", "n'est pas un nombre décimal tel que 1 ou 2.5, avec au plus 6 décimales");
        await shop.FaultAsync(With(new QuoteLine(line) { UnitPrice = null }), "lines[0].unit_price", IsRequired, EstObligatoire);
        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
        Assert.Equal(3800, (await shop.Supplier.SendAsync(With([.. Enumerable.Repeat(line, 100)]))).Order.Quote.Total.Units);
    }

    [Fact]
    public async Task The_lines_of_a_quote_are_of_one_currency()
    {
        var order = await shop.OrderInAsync(State.Approved);
        var request = Requests.Draft(order.Id);
        request.Lines.Add(new QuoteLine { Description = "Gate", Quantity = "1", UnitPrice = new Money { Units = 1, CurrencyCode = "USD" } });
        await shop.FaultAsync(request, "lines", "are not all of one currency", "ne sont pas tous dans une seule monnaie");
    }

    [Fact]
    public async Task A_quote_is_valid_until_a_time_ahead()
    {
        Assert.SkipWhen(Party.OverHttp, "JSON cannot say such a time");
        var order = await shop.OrderInAsync(State.Approved);
        var now = shop.Server.Time.GetUtcNow();
        DraftQuoteRequest Until(Timestamp until) => Requests.Draft(order.Id).With(("valid_until", until));
        foreach (var past in new[] { Timestamp.FromDateTimeOffset(now), Timestamp.FromDateTimeOffset(now.AddYears(-1)), new Timestamp() })
        {
            await shop.FaultAsync(Until(past), "valid_until", IsNotAhead, EstPasAvenir);
        }

        foreach (var none in new[] { new Timestamp { Seconds = long.MaxValue }, new Timestamp { Seconds = 4_000_000_000, Nanos = -1 }, new Timestamp { Seconds = 253402300800 } })
        {
            await shop.FaultAsync(Until(none), "valid_until", "is not a time from the year 1 to 9999", "n'est pas une date entre les années 1 et 9999");
        }

        Assert.Equal(order, await Shop.SeenByAsync(shop.Supplier, order.Id));
        var ahead = Timestamp.FromDateTimeOffset(now.AddSeconds(1));
        Assert.Equal(ahead, (await shop.Supplier.SendAsync(Until(ahead))).Order.Quote.ValidUntil);
    }
}
