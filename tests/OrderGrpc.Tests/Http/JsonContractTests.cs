using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using OrderGrpc.Tests.Services;
using OrderGrpc.V1;
using State = OrderGrpc.V1.Order.Types.State;

namespace OrderGrpc.Tests.Http;

/// <summary>What the contract is over HTTP: its paths, its JSON, and what a request that is not as it must be is told.</summary>
public sealed class JsonContractTests(HttpShop shop) : IClassFixture<HttpShop>
{
    private const string Orders = "/v1/client/orders";

    public static TheoryData<string, string, string> Bodies => new()
    {
        { """{"customer":{"nmae":"x"}}""", "customer.nmae", "is no field of this call" },
        { """{"Customer":{}}""", "Customer", "is no field of this call" },
        { """{"a\u0000\u202eb":1}""", "a��b", "is no field of this call" },
        { """{"note":1}""", "note", "is not text in quotes" },
        { """{"note":["x"]}""", "note", "is not text in quotes" },
        { """{"note":"\ud800"}""", "note", "is not Unicode text" },
        { """{"replacesOrderId":"x"}""", "replaces_order_id", "is not an integer of 64 bits" },
        { """{"replacesOrderId":1.5}""", "replaces_order_id", "is not an integer of 64 bits" },
        { """{"replacesOrderId":9223372036854775808}""", "replaces_order_id", "is not an integer of 64 bits" },
        { """{"replacesOrderId":" 1"}""", "replaces_order_id", "is not an integer of 64 bits" },
        { """{"replacesOrderId":true}""", "replaces_order_id", "is not an integer of 64 bits" },
        { """{"lines":{}}""", "lines", "is not an array in brackets" },
        { """{"lines":["x"]}""", "lines[0]", "is not an object in braces" },
        { """{"lines":[{},{"quantity":2}]}""", "lines[1].quantity", "is not text in quotes" },
        { """{"customer":"Jon"}""", "customer", "is not an object in braces" },
        { """{"note":"a","note":"b"}""", "note", "is given twice" },
        { """{"clientReference":"a","client_reference":"b"}""", "client_reference", "is given twice" },
    };

    public static TheoryData<string, string> Unreadable => new()
    {
        { "{", "the body is no JSON: it goes wrong in line 1, at byte 2" },
        { "{\n\"note\": x}", "the body is no JSON: it goes wrong in line 2, at byte 9" },
        { """{"note":"x",}""", "the body is no JSON: it goes wrong in line 1, at byte 13" },
        { "{} {}", "the body is no JSON: it goes wrong in line 1, at byte 4" },
        { "{\"note\":\"a\tb\"}", "the body is no JSON: it goes wrong in line 1, at byte 11" },
        { $"{{\"lines\":{new string('[', 1000)}", "the body is no JSON: it goes wrong in line 1, at byte 25" },
        { "[]", """the body is no JSON object such as {"reason": "too late"}""" },
        { "1", """the body is no JSON object such as {"reason": "too late"}""" },
        { "null", """the body is no JSON object such as {"reason": "too late"}""" },
    };

    [Fact]
    public void Every_rpc_has_its_path_and_every_command_a_verb_of_its_own_name()
    {
        foreach (var method in new[] { ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor, PrototypeService.Descriptor }.SelectMany(service => service.Methods))
        {
            var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
            Assert.NotNull(rule);
            if (method.Service.Name is nameof(ClientService) or nameof(SupplierService))
            {
                var orders = method.Service.Name == nameof(ClientService) ? Orders : "/v1/supplier/orders";
                var verb = $"{orders}/{{order_id}}:{char.ToLowerInvariant(method.Name[0])}{method.Name[1..]}";
                Assert.Equal((method.Name == "PlaceOrder" ? orders : verb, "*"), (rule.Post, rule.Body));
            }
        }
    }

    [Fact]
    public async Task Int64_are_strings_enums_their_names_and_what_is_empty_is_there()
    {
        var placed = (await shop.AskAsync("POST", Orders, HttpShop.Order)).Json;
        var order = placed.GetProperty("order");
        Assert.Equal(JsonValueKind.String, order.GetProperty("id").ValueKind);
        Assert.Equal(JsonValueKind.String, placed.GetProperty("position").ValueKind);
        Assert.Equal(("STATE_PLACED", "COMMAND_CANCEL_ORDER", ""), (order.GetProperty("state").GetString(), order.GetProperty("allowedCommands")[0].GetString(), order.GetProperty("note").GetString()));
    }

    [Fact]
    public async Task An_order_is_the_same_over_HTTP_in_a_watch_and_over_gRPC()
    {
        var order = await shop.OrderInAsync(State.QuoteSent);
        var seen = await Shop.SeenByAsync(shop.Client, order.Id);
        var read = (await shop.AskAsync("GET", $"/v1/orders/{order.Id}")).Json.GetProperty("order");
        Assert.Equal(seen, JsonParser.Default.Parse<Order>(read.GetRawText()));

        await using var watch = await RawHttp1.ConnectAsync(shop.Server.Address);
        await watch.SendAsync(shop.Request("GET", $"/v1/orders:watch?snapshot=true&orderIds={order.Id}"));
        var told = await watch.ChunkAsync();
        Assert.True(JsonElement.DeepEquals(read, JsonDocument.Parse(told.Split('\n')[0]).RootElement.GetProperty("snapshotOrder")));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_field_that_is_not_as_it_must_be_is_named(string body, string field, string fault)
    {
        var answer = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", Orders, body));
        Assert.Equal($"{field}: {fault}", answer.Message);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_body_that_cannot_be_read_is_told_where(string body, string message)
    {
        var answer = await shop.RefusedAsync(400, "MALFORMED_MESSAGE", () => shop.AskAsync("POST", Orders, body));
        Assert.Equal(message, answer.Message);
    }

    [Theory]
    [InlineData("/v1/orders?foo=1", "foo: is no field of this call")]
    [InlineData("/v1/orders?access_token=x", "access_token: is no field of this call")]
    [InlineData("/v1/orders?page_size=x", "page_size: is not an integer of 32 bits")]
    [InlineData("/v1/orders?pageSize=1&page_size=2", "page_size: is given twice")]
    [InlineData("/v1/orders?pageSize=1&pageSize=2", "page_size: is given twice")]
    [InlineData("/v1/orders?states=PLACED", "states: is not one of the contract")]
    [InlineData("/v1/orders?oldestFirst=yes", "oldest_first: is not true or false")]
    [InlineData("/v1/orders?placedFrom=today", "placed_from: is not a time from the year 1 to 9999")]
    [InlineData("/v1/orders/x", "order_id: is not an integer of 64 bits")]
    [InlineData("/v1/orders/%31%2F2", "order_id: is not an integer of 64 bits")]
    [InlineData("/v1/orders/1?orderId=2", "order_id: is in the path already; leave it out here")]
    [InlineData("/v1/orders:watch?now=true&beginning=true", "beginning: excludes start; give one of them")]
    [InlineData("/v1/orders:watch?order_ids=1,2", "order_ids: is not an integer of 64 bits")]
    public async Task A_parameter_that_is_not_as_it_must_be_is_named(string path, string message)
    {
        var answer = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("GET", path));
        Assert.Equal(message, answer.Message);
    }

    [Fact]
    public async Task What_the_path_has_is_not_taken_from_the_body_nor_from_parameters()
    {
        var id = (await shop.Client.PlaceAsync()).Id;
        var inBody = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", $"{Orders}/{id}:cancelOrder", """{"orderId":"1"}"""));
        Assert.Equal("order_id: is in the path already; leave it out here", inBody.Message);
        var inQuery = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", $"{Orders}/{id}:cancelOrder?reason=late", "{}"));
        Assert.Equal("reason: is no field of this call", inQuery.Message);
    }

    [Fact]
    public async Task A_command_with_nothing_to_say_needs_no_body()
    {
        var id = (await shop.Client.PlaceAsync()).Id;
        Assert.Equal("STATE_CANCELLED", (await shop.AskAsync("POST", $"{Orders}/{id}:cancelOrder", null, "Content-Length: 0")).Json.GetProperty("order").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Idempotency_Key_is_the_request_id_of_a_body_that_has_none()
    {
        var first = await shop.AskAsync("POST", Orders, HttpShop.Order, "Idempotency-Key: \"one\"");
        Assert.Equal(first.Body, (await shop.AskAsync("POST", Orders, HttpShop.Order, "Idempotency-Key: one")).Body);
        var other = HttpShop.Order.Replace("Gate", "Fence", StringComparison.Ordinal);
        await shop.RefusedAsync(409, "REQUEST_ID_REUSED", () => shop.AskAsync("POST", Orders, other, "Idempotency-Key: one"));
        var named = other.Replace("{\"customer", "{\"requestId\":\"two\",\"customer", StringComparison.Ordinal);
        Assert.Equal(200, (await shop.AskAsync("POST", Orders, named, "Idempotency-Key: one")).Status);
        var twice = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", Orders, HttpShop.Order, "Idempotency-Key: a", "Idempotency-Key: b"));
        Assert.Equal("Idempotency-Key: is given twice", twice.Message);
        var longer = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", Orders, HttpShop.Order, "Idempotency-Key: " + new string('x', 65)));
        Assert.StartsWith("request_id: is longer", longer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_are_in_the_language_that_is_accepted()
    {
        var french = await shop.AskAsync("POST", Orders, HttpShop.Order, "Accept-Language: fr-CA,fr;q=0.9");
        Assert.Equal("Commande reçue, en attente de validation", french.Json.GetProperty("message").GetString());
        var refused = await shop.RefusedAsync(400, "INVALID_FIELD", () => shop.AskAsync("POST", Orders, """{"note":1}""", "Accept-Language: fr"));
        Assert.Contains("n'est pas un texte entre guillemets", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_says_why_with_its_details_and_the_status_that_fits()
    {
        var id = (await shop.Client.PlaceAsync()).Id;
        var answer = await shop.RefusedAsync(400, "WRONG_STATE", () => shop.AskAsync("POST", $"{Orders}/{id}:approveRealization", "{}"));
        Assert.Equal(9, answer.Json.GetProperty("code").GetInt32());
        Assert.Contains(answer.Json.GetProperty("details").EnumerateArray(), detail => detail.GetProperty("@type").GetString() == "type.googleapis.com/google.rpc.PreconditionFailure");
        await shop.RefusedAsync(404, "ORDER_NOT_FOUND", () => shop.AskAsync("GET", "/v1/orders/999999"));
        await shop.RefusedAsync(409, "REVISION_STALE", () => shop.AskAsync("POST", $"{Orders}/{id}:cancelOrder", """{"expectedRevision":"7"}"""));
        await shop.RefusedAsync(403, "WRONG_ROLE", () => shop.AskAsync("POST", $"/v1/supplier/orders/{id}:approveOrder", "{}"));
    }
}
