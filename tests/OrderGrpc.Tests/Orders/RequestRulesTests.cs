using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Services;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Orders;

public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("john@example.com", true)]
    [InlineData("john.o'brien+work@sub.example.com", true)]
    [InlineData("jürgen@exämple.com", true)]
    [InlineData("a-b@c-d.example", true)]
    [InlineData("-oQ@example.com", false)]
    [InlineData("john@-example.com", false)]
    [InlineData("john@example.com,jane@example.com", false)]
    [InlineData("john,jane@example.com", false)]
    [InlineData("john;jane@example.com", false)]
    [InlineData("\"john\"@example.com", false)]
    [InlineData("<john@example.com>", false)]
    [InlineData("john(x)@example.com", false)]
    [InlineData("john\\@example.com", false)]
    [InlineData("john\u00a0@example.com", false)]
    [InlineData("john\u3000@example.com", false)]
    [InlineData("john\u200b@example.com", false)]
    [InlineData("john\u2065@example.com", false)]
    [InlineData("john @example.com", false)]
    public void An_address_is_one_address(string address, bool isOne)
    {
        var rules = new RequestRules();
        rules.Email("email", address);
        Assert.Equal(isOne, rules.Refusal is null);
    }

    [Fact]
    public void A_small_request_gets_no_large_error_and_is_told_how_much_more_is_wrong()
    {
        var request = new PlaceOrderRequest { Lines = { Enumerable.Range(0, 100).Select(_ => new OrderLine()) } };
        Assert.True(request.CalculateSize() < 210);
        var refusal = OrderProcess.Check(request)!;
        Assert.Equal((ContractLimits.FieldsPerError, 192), (refusal.Fields.Count, refusal.MoreFields));
        foreach (var culture in new[] { ServerTexts.English, ServerTexts.French })
        {
            var status = refusal.ToStatus(culture);
            Assert.True(status.CalculateSize() < 2048, $"{status.CalculateSize()}");
            Assert.EndsWith("; and 192 more", status.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_error_does_not_repeat_what_was_sent()
    {
        var text = new string('x', 20_000);
        var place = Requests.Place(text, text);
        (place.Supplier, place.Note, place.Customer.Name, place.Customer.Email, place.Lines[0].Quantity) = (text, text, text, text, text);
        Assert.True(OrderProcess.Check(place)!.ToStatus(ServerTexts.French).CalculateSize() < 2048);
    }
}
