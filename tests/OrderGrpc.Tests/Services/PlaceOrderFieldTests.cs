using Grpc.Core;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Services;

/// <summary>What PlaceOrder refuses of its own fields, each alone, and the last value that it takes.</summary>
public sealed class PlaceOrderFieldTests(Shop shop) : IClassFixture<Shop>
{
    private const string IsRequired = "is required";
    private const string EstObligatoire = "est obligatoire";
    private const string IsNoEmail = "is not an e-mail address such as john@example.com";
    private const string EstPasAdresse = "n'est pas une adresse électronique telle que john@example.com";
    private const string HasControl = "has a control character";
    private const string ContientControle = "contient un caractère de contrôle";
    private const string IsNoDecimal = "is not a decimal such as 1 or 2.5, with at most 6 decimals";
    private const string EstPasDecimal = "n'est pas un nombre décimal tel que 1 ou 2.5, avec au plus 6 décimales";
    private const string OutOfRange = "is not from 0.000001 to 1000000";
    private const string HorsLimites = "n'est pas compris entre 0.000001 et 1000000";

    public static TheoryData<string> Controls => ["a\0b", "a\tb", "a\rb", "a\u001b[31mb", "a\u007fb", "a\u0085b", "a\u2028b", "a\u2029b"];

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u00a0")]
    [InlineData("\n")]
    public Task A_name_is_required(string name) =>
        shop.FaultAsync(Named(name), "customer.name", IsRequired, EstObligatoire);

    [Fact]
    public async Task A_name_has_at_most_200_characters_however_many_bytes_they_are()
    {
        foreach (var character in new[] { "x", "é", "😀" })
        {
            var longest = string.Concat(Enumerable.Repeat(character, 200));
            Assert.Equal(longest, (await shop.Client.Client.PlaceOrderAsync(Named(longest))).Order.Customer.Name);
            await shop.FaultAsync(Named(longest + character), "customer.name", "is longer than 200", "dépasse 200");
        }
    }

    [Fact]
    public async Task A_name_of_many_kilobytes_is_too_long() =>
        await shop.FaultAsync(Named(new string('x', 100 << 10)), "customer.name", "is longer than 200", "dépasse 200");

    [Theory]
    [MemberData(nameof(Controls))]
    [InlineData("a\nb")]
    public async Task No_text_of_one_line_may_hold_a_control_character_or_a_line_break(string text)
    {
        await shop.FaultAsync(Named(text), "customer.name", HasControl, ContientControle);
        await shop.FaultAsync(Requests.Place(text), "lines[0].description", HasControl, ContientControle);
        await shop.FaultAsync(Requests.Place().With(("client_reference", text)), "client_reference", HasControl, ContientControle);
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public Task A_note_may_hold_line_feeds_but_no_other_control_character(string text) =>
        shop.FaultAsync(Requests.Place().With(("note", "one\n" + text)), "note", HasControl, ContientControle);

    [Theory]
    [InlineData("")]
    [InlineData("john")]
    [InlineData("@example.com")]
    [InlineData("john@")]
    [InlineData("@")]
    [InlineData("john@@example.com")]
    [InlineData("john@doe@example.com")]
    [InlineData("john @example.com")]
    [InlineData(" john@example.com")]
    [InlineData("john@example.com ")]
    [InlineData("john@exa\tmple.com")]
    [InlineData("john@example.com\n")]
    [InlineData("john\0@example.com")]
    [InlineData("john@.example.com")]
    [InlineData("john@example.com.")]
    [InlineData("john@example..com")]
    [InlineData("john..doe@example.com")]
    [InlineData("john@exam\u2028ple.com")]
    public Task A_malformed_email_is_refused(string email) => shop.FaultAsync(
        Mailed(email), "customer.email", email.Length == 0 ? IsRequired : IsNoEmail, email.Length == 0 ? EstObligatoire : EstPasAdresse);

    [Theory]
    [InlineData("john@example.com")]
    [InlineData("j@e")]
    [InlineData("john.doe+orders@mail.example.com")]
    [InlineData("jürgen@müller.example")]
    [InlineData("o'brien@example.com")]
    public async Task An_address_with_one_at_sign_is_taken(string email) =>
        Assert.Equal(email, (await shop.Client.Client.PlaceOrderAsync(Mailed(email))).Order.Customer.Email);

    [Fact]
    public async Task An_email_has_at_most_254_bytes()
    {
        var longest = new string('x', 254 - "@example.com".Length) + "@example.com";
        Assert.Equal(longest, (await shop.Client.Client.PlaceOrderAsync(Mailed(longest))).Order.Customer.Email);
        await shop.FaultAsync(Mailed("x" + longest), "customer.email", "is longer than 254", "dépasse 254");
    }

    [Fact]
    public async Task A_customer_is_required()
    {
        var refused = await shop.RefusedAsync(
            new PlaceOrderRequest { Lines = { new OrderLine { Description = "Gate", Quantity = "1" } } },
            StatusCode.InvalidArgument, "INVALID_FIELD",
            $"customer.name: {IsRequired}; customer.email: {IsRequired}", $"customer.name: {EstObligatoire}; customer.email: {EstObligatoire}");
        Assert.Equal(["customer.name", "customer.email"], refused.Fields);
    }

    [Fact]
    public async Task An_order_has_at_most_100_lines()
    {
        Assert.Empty((await shop.Client.Client.PlaceOrderAsync(Lined(0))).Order.Lines);
        Assert.Equal(100, (await shop.Client.Client.PlaceOrderAsync(Lined(100))).Order.Lines.Count);
        await shop.FaultAsync(Lined(101), "lines", "has more than 100 entries", "a plus de 100 entrées");
        await shop.FaultAsync(Lined(5000), "lines", "has more than 100 entries", "a plus de 100 entrées");
    }

    [Theory]
    [InlineData("", IsRequired, EstObligatoire)]
    [InlineData("-1", IsNoDecimal, EstPasDecimal)]
    [InlineData("+1", IsNoDecimal, EstPasDecimal)]
    [InlineData("one", IsNoDecimal, EstPasDecimal)]
    [InlineData("1,5", IsNoDecimal, EstPasDecimal)]
    [InlineData("1e3", IsNoDecimal, EstPasDecimal)]
    [InlineData("1 ", IsNoDecimal, EstPasDecimal)]
    [InlineData(".5", IsNoDecimal, EstPasDecimal)]
    [InlineData("5.", IsNoDecimal, EstPasDecimal)]
    [InlineData("1.0000001", IsNoDecimal, EstPasDecimal)]
    [InlineData("NaN", IsNoDecimal, EstPasDecimal)]
    [InlineData("99999999999999999999999999999999999999", IsNoDecimal, EstPasDecimal)]
    [InlineData("0", OutOfRange, HorsLimites)]
    [InlineData("0.000000", OutOfRange, HorsLimites)]
    [InlineData("1000000.000001", OutOfRange, HorsLimites)]
    [InlineData("999999999999", OutOfRange, HorsLimites)]
    public Task A_quantity_is_a_positive_decimal_up_to_a_million(string quantity, string english, string french)
    {
        var request = Lined(3);
        request.Lines[2].Quantity = quantity;
        return shop.FaultAsync(request, "lines[2].quantity", english, french);
    }

    [Theory]
    [InlineData("0.000001")]
    [InlineData("1000000")]
    [InlineData("2.50")]
    public async Task A_quantity_is_kept_as_written(string quantity)
    {
        var request = Lined(1);
        request.Lines[0].Quantity = quantity;
        Assert.Equal(quantity, (await shop.Client.Client.PlaceOrderAsync(request)).Order.Lines[0].Quantity);
    }

    [Fact]
    public async Task A_description_is_required_and_has_at_most_500_characters()
    {
        await shop.FaultAsync(Requests.Place(""), "lines[0].description", IsRequired, EstObligatoire);
        Assert.Equal(500, (await shop.Client.PlaceAsync(new string('é', 500))).Lines[0].Description.Length);
        await shop.FaultAsync(Requests.Place(new string('é', 501)), "lines[0].description", "is longer than 500", "dépasse 500");
    }

    [Fact]
    public async Task A_reference_has_at_most_100_characters_and_a_note_2000()
    {
        var full = Requests.Place().With(("client_reference", new string('r', 100)), ("note", new string('\n', 2000)));
        var placed = (await shop.Client.Client.PlaceOrderAsync(full)).Order;
        Assert.Equal((full.ClientReference, full.Note), (placed.ClientReference, placed.Note));
        await shop.FaultAsync(Requests.Place().With(("client_reference", new string('r', 101))), "client_reference", "is longer than 100", "dépasse 100");
        await shop.FaultAsync(Requests.Place().With(("note", new string('n', 2001))), "note", "is longer than 2000", "dépasse 2000");
    }

    [Fact]
    public async Task A_request_id_has_at_most_64_bytes()
    {
        foreach (var longest in new[] { new string('x', 64), new string('é', 32) })
        {
            await shop.Client.PlaceAsync(requestId: longest);
            await shop.FaultAsync(Requests.Place(requestId: longest + "x"), "request_id", "is longer than 64", "dépasse 64");
        }
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("supplier\n")]
    public Task A_supplier_is_a_party(string name) => shop.FaultAsync(
        Requests.Place().With(("supplier", name)), "supplier",
        "is not a name of 1 to 64 letters, digits, '.', '_', '@' or '-'",
        "n'est pas un nom de 1 à 64 lettres, chiffres, '.', '_', '@' ou '-'");

    [Fact]
    public Task The_order_that_is_replaced_has_no_negative_number() => shop.FaultAsync(
        Requests.Place().With(("replaces_order_id", -1L)), "replaces_order_id",
        "is not from 0 to 9223372036854775807", "n'est pas compris entre 0 et 9223372036854775807");

    [Fact]
    public async Task Every_fault_of_a_request_is_told_at_once()
    {
        var request = new PlaceOrderRequest
        {
            Supplier = "a b",
            Customer = new Customer { Name = "", Email = "john" },
            Lines = { new OrderLine { Description = "Gate", Quantity = "1" }, new OrderLine { Description = "", Quantity = "x" } },
            ClientReference = "a\tb",
            RequestId = new string('x', 65),
        };
        var refused = await Refused.By(shop.Client.Client.PlaceOrderAsync(request));
        Assert.Equal(
            ["request_id", "supplier", "customer.name", "customer.email", "lines[1].description", "lines[1].quantity", "client_reference"], refused.Fields);
    }

    private static PlaceOrderRequest Named(string name) =>
        Requests.Place().With(("customer", new Customer { Name = name, Email = "john@example.com" }));

    private static PlaceOrderRequest Mailed(string email) =>
        Requests.Place().With(("customer", new Customer { Name = "Jon Doe", Email = email }));

    private static PlaceOrderRequest Lined(int lines)
    {
        var request = Requests.Place();
        request.Lines.Clear();
        request.Lines.AddRange(Enumerable.Range(1, lines).Select(i => new OrderLine { Description = $"Line {i}", Quantity = "1" }));
        return request;
    }
}
