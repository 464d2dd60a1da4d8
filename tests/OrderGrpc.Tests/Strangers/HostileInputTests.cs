using System.Text;
using Google.Protobuf;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.Server.Security;
using OrderGrpc.Tests.Orders;
using OrderGrpc.Tests.Running;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Strangers;

/// <summary>The corpus at the server's edge: refused with the field's name, or kept as it came.</summary>
public sealed class HostileInputTests(Shop shop) : IClassFixture<Shop>
{
    [Fact]
    public void The_corpus_has_at_least_200_cases_and_each_is_there_once()
    {
        Assert.True(HostileText.All.Count >= 200);
        Assert.Equal(HostileText.All.Count, HostileText.All.Select(hostile => (hostile.Text, hostile.Bytes)).Distinct().Count());
        Assert.All(HostileText.All, hostile => Assert.True(hostile.Text is null != hostile.Bytes is null));
    }

    [Fact]
    public async Task A_text_is_refused_with_every_field_that_cannot_hold_it_or_kept_as_it_came()
    {
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Text is not null))
        {
            var request = new PlaceOrderRequest
            {
                Customer = new Customer { Name = hostile.Text, Email = "john@example.com" },
                Lines = { new OrderLine { Description = hostile.Text, Quantity = "1" } },
                ClientReference = hostile.Text,
                Note = hostile.Text,
            };
            string?[] faults =
            [
                hostile.IsKeptIn(ContractLimits.CustomerNameLength, required: true) ? null : "customer.name",
                hostile.IsKeptIn(ContractLimits.DescriptionLength, required: true) ? null : "lines[0].description",
                hostile.IsKeptIn(ContractLimits.ReferenceLength, required: false) ? null : "client_reference",
                hostile.IsKeptInNote(ContractLimits.NoteLength) ? null : "note",
            ];
            if (faults.All(fault => fault is null))
            {
                var order = await Shop.SeenByAsync(shop.Supplier, (await shop.Client.Client.PlaceOrderAsync(request)).Order.Id);
                Assert.Equal((hostile.Text, hostile.Text, hostile.Text, hostile.Text), (order.Customer.Name, order.Lines[0].Description, order.ClientReference, order.Note));
            }
            else
            {
                var refused = await Refused.By(shop.Client.Client.PlaceOrderAsync(request));
                Assert.Equal((hostile.Id, "INVALID_FIELD"), (hostile.Id, refused.Reason));
                Assert.Equal((hostile.Id, string.Join(',', faults.OfType<string>())), (hostile.Id, string.Join(',', refused.Fields)));
                HostileText.AssertHarmless(refused.Message + refused.Localized, $"the refusal of case {hostile.Id}");
            }
        }
    }

    [Fact]
    public async Task A_reason_is_refused_or_kept_as_it_came()
    {
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Text is not null))
        {
            var order = await shop.Client.PlaceAsync();
            var call = shop.Supplier.Supplier.RejectOrderAsync(new RejectOrderRequest { OrderId = order.Id, Reason = hostile.Text });
            if (hostile.IsKeptIn(ContractLimits.ReasonLength, required: false))
            {
                await call;
                Assert.Equal(hostile.Text, (await Shop.SeenByAsync(shop.Client, order.Id)).Reasons.SingleOrDefault()?.Text ?? "");
            }
            else
            {
                Assert.Equal((hostile.Id, "reason"), (hostile.Id, string.Join(',', (await Refused.By(call)).Fields)));
            }
        }
    }

    [Fact]
    public async Task A_request_id_may_be_any_text_of_64_bytes_and_names_its_request()
    {
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Text is { Length: > 0 }))
        {
            var call = shop.Client.Client.PlaceOrderAsync(Requests.Place("once", hostile.Text!));
            if (Encoding.UTF8.GetByteCount(hostile.Text!) <= ContractLimits.RequestIdBytes)
            {
                var first = await call;
                Assert.Equal(first, await shop.Client.Client.PlaceOrderAsync(Requests.Place("once", hostile.Text!)));
                Assert.Equal("REQUEST_ID_REUSED", (await Refused.By(shop.Client.Client.PlaceOrderAsync(Requests.Place("twice", hostile.Text!)))).Reason);
            }
            else
            {
                Assert.Equal(["request_id"], (await Refused.By(call)).Fields);
            }
        }
    }

    [Fact]
    public async Task The_name_of_a_party_has_letters_and_digits_that_can_be_seen()
    {
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Text is { Length: > 0 }))
        {
            Assert.Equal((hostile.Id, hostile.Party == "kept"), (hostile.Id, PartyName.IsValid(hostile.Text!)));
            var request = Requests.Place();
            request.Supplier = hostile.Text;
            var call = shop.Client.Client.PlaceOrderAsync(request);
            if (hostile.Party == "kept")
            {
                Assert.Equal(hostile.Text, (await call).Order.Supplier);
            }
            else
            {
                Assert.Equal(["supplier"], (await Refused.By(call)).Fields);
            }
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_in_every_field()
    {
        using var raw = new RawCall(shop.Server.Address);
        var token = shop.Server.Issue(Role.Client, "client");
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Bytes is not null))
        {
            var bytes = Convert.FromHexString(hostile.Bytes!);
            var place = new string('x', bytes.Length);
            foreach (var request in new[]
            {
                Requests.Place().With(("customer", new Customer { Name = "@" + place, Email = "john@example.com" })),
                Requests.Place("@" + place),
                Requests.Place().With(("client_reference", "@" + place)),
                Requests.Place().With(("note", "@" + place)),
                Requests.Place().With(("supplier", "@" + place)),
                Requests.Place().With(("request_id", "@" + place)),
            })
            {
                var message = request.ToByteArray();
                bytes.CopyTo(message, message.AsSpan().LastIndexOf((byte)'@') + 1);
                var answer = await raw.SendAsync("/ordergrpc.v1.ClientService/PlaceOrder", RawCall.Frame(message), token);
                Assert.Equal((hostile.Id, "InvalidArgument MALFORMED_MESSAGE"), (hostile.Id, answer.Told));
            }
        }
    }

    [Fact]
    public void A_line_of_the_log_shows_every_text_harmlessly()
    {
        foreach (var hostile in HostileText.All.Where(hostile => hostile.Text is not null))
        {
            var logged = SafeText.Of(hostile.Text!);
            HostileText.AssertHarmless(logged, $"the log of case {hostile.Id}");
            Assert.DoesNotContain('\n', logged);
        }
    }

    [Fact]
    public void The_document_of_a_quote_shows_every_text_harmlessly_and_each_on_its_line()
    {
        foreach (var hostile in HostileText.Kept)
        {
            var order = Given.In(State.QuoteDrafted);
            (order.Customer.Name, order.ClientReference) = (hostile.Text, hostile.Text);
            order.Quote.Lines[0].Description = hostile.Text;
            var document = Encoding.UTF8.GetString(QuoteDocument.Render(order));
            HostileText.AssertHarmless(document, $"the document of case {hostile.Id}");
            string[] lines = [.. document.Split('\n').Where(line => !line.StartsWith("    ", StringComparison.Ordinal))]; // folded ones go on with four spaces
            Assert.StartsWith("name: ", lines[1], StringComparison.Ordinal);
            Assert.StartsWith("email: ", lines[2], StringComparison.Ordinal);
            Assert.StartsWith("cost: ", lines[3], StringComparison.Ordinal);
        }
    }
}
