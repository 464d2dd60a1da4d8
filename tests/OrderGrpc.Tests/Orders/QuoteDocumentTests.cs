using System.Text;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Orders;

public sealed class QuoteDocumentTests
{
    [Fact]
    public void Its_first_four_lines_are_those_of_the_prototype() =>
        Assert.StartsWith("id: 1\nname: Jon Doe\nemail: john@example.com\ncost: 38 EUR\n", Text(Given.In(State.QuoteSent)), StringComparison.Ordinal);

    [Fact]
    public void It_says_all_that_is_agreed()
    {
        var placing = Requests.Place();
        placing.ClientReference = "R-7";
        placing.Customer.Name = "Zoë Öst";
        var draft = Requests.Draft(1, 30);
        draft.Lines.Add(new QuoteLine { Description = "Gate", Quantity = "2", UnitPrice = new Money { CurrencyCode = "EUR", Units = 4, Nanos = 250_000_000 } });
        draft.ValidUntil = Timestamp.FromDateTimeOffset(Given.Noon.AddDays(1));
        var drafted = Given.Placed(placing).After(new ApproveOrderRequest { OrderId = 1 }).After(draft);
        Assert.Equal(
            """
            id: 1
            name: Zoë Öst
            email: john@example.com
            cost: 38.50 EUR
            line: Garden fence: 1 x 30 EUR = 30 EUR
            line: Gate: 2 x 4.25 EUR = 8.50 EUR
            supplier: supplier
            client: client
            reference: R-7
            revision: 1
            valid until: 2030-01-03T12:00:00Z

            """, Text(drafted));
    }

    [Fact]
    public void It_is_the_same_bytes_before_and_after_it_is_sent_and_answered()
    {
        var draft = QuoteDocument.Render(Given.In(State.QuoteDrafted));
        foreach (var state in new[] { State.QuoteSent, State.QuoteDeclined, State.InRealization, State.Realized, State.Completed })
        {
            Assert.Equal(draft, QuoteDocument.Render(Given.In(state)));
        }
    }

    [Fact]
    public void Its_digest_is_sha_256_in_lower_case() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", QuoteDocument.Digest("abc"u8.ToArray()));

    [Fact]
    public void Its_file_is_named_after_the_order() => Assert.Equal("quote_42.txt", QuoteFile.NameOf(42));

    private static string Text(Order order) => Encoding.UTF8.GetString(QuoteDocument.Render(order));
}
