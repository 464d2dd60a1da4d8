using System.Text.Json;
using Google.Api;
using Google.Protobuf.Reflection;
using OrderGrpc.V1;

namespace OrderGrpc.Tests.Http;

/// <summary>/openapi.json, as a stranger reads it, is the contract: held against the descriptors of the compiled code.</summary>
public sealed class OpenApiTests(HttpShop shop) : IClassFixture<HttpShop>
{
    private static IEnumerable<MethodDescriptor> Methods =>
        new[] { ClientService.Descriptor, SupplierService.Descriptor, OrderQueryService.Descriptor, PrototypeService.Descriptor }.SelectMany(service => service.Methods);

    [Fact]
    public async Task Each_rpc_is_in_it_at_its_path_and_nothing_else()
    {
        var described = from path in (await ReadAsync()).GetProperty("paths").EnumerateObject()
                        from call in path.Value.EnumerateObject()
                        select $"{call.Name} {path.Name} {call.Value.GetProperty("operationId").GetString()}";
        var known = from method in Methods
                    let rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http)
                    select $"{(rule.Get.Length > 0 ? "get " + rule.Get : "post " + rule.Post)} {method.Service.Name}_{method.Name}";
        Assert.Equal(known.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_field_is_in_it_with_its_comment_and_nothing_else()
    {
        var document = await ReadAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var answers = new HashSet<MessageDescriptor>();
        foreach (var method in Methods)
        {
            var call = Operation(document, method);
            var parameters = call.GetProperty("parameters").EnumerateArray().Where(parameter => parameter.TryGetProperty("name", out _)).ToList();
            Assert.All(parameters, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
            var body = call.TryGetProperty("requestBody", out _) ? Properties(schemas.GetProperty(NameOf(method.InputType))).Select(field => field.Name) : [];
            var names = parameters.Select(parameter => parameter.GetProperty("name").GetString()!).Concat(body).Select(name => name == "order_id" ? "orderId" : name);
            Assert.Equal(method.InputType.Fields.InDeclarationOrder().Select(field => field.JsonName).Order(), names.Order());
            Collect(method.OutputType, answers);
        }

        Assert.All(answers, message =>
        {
            var fields = Properties(schemas.GetProperty(NameOf(message))).ToList();
            Assert.Equal(message.Fields.InDeclarationOrder().Select(field => field.JsonName), fields.Select(field => field.Name));
            Assert.All(fields, field => Assert.NotEmpty(field.Value.GetProperty("description").GetString()!));
        });
        Assert.Equal("string", schemas.GetProperty("Order").GetProperty("properties").GetProperty("id").GetProperty("type").GetString());
        Assert.Equal(Order.Descriptor.EnumTypes.Single(type => type.Name == "State").Values.Select(value => value.Name), schemas.GetProperty("Order.State").GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public async Task A_stream_is_lines_or_events_and_every_other_answer_an_object()
    {
        var document = await ReadAsync();
        foreach (var method in Methods)
        {
            var types = Operation(document, method).GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(content => content.Name);
            Assert.Equal(method.IsServerStreaming ? ["application/x-ndjson", "text/event-stream"] : ["application/json"], types);
        }
    }

    [Fact]
    public async Task It_needs_no_token_and_is_read_again_only_when_it_is_another()
    {
        var first = await AskAsync();
        Assert.Equal((200, "public, no-cache", "nosniff"), (first.Status, first.Headers["Cache-Control"], first.Headers["X-Content-Type-Options"]));
        var again = await AskAsync($"If-None-Match: {first.Headers["ETag"]}\r\n");
        Assert.Equal((304, ""), (again.Status, again.Body));
        Assert.Equal(200, (await AskAsync("If-None-Match: \"other\"\r\n")).Status);
    }

    private static JsonElement Operation(JsonElement document, MethodDescriptor method)
    {
        var rule = method.GetOptions().GetExtension(AnnotationsExtensions.Http);
        return document.GetProperty("paths").GetProperty(rule.Get + rule.Post).GetProperty(rule.Get.Length > 0 ? "get" : "post");
    }

    private static void Collect(MessageDescriptor message, HashSet<MessageDescriptor> found)
    {
        if (message.File.Package.StartsWith("ordergrpc.", StringComparison.Ordinal) && found.Add(message))
        {
            foreach (var field in message.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
            {
                Collect(field.MessageType, found);
            }
        }
    }

    private static JsonElement.ObjectEnumerator Properties(JsonElement schema) => schema.GetProperty("properties").EnumerateObject();

    private static string NameOf(MessageDescriptor message) => message.FullName["ordergrpc.v1.".Length..];

    private async Task<JsonElement> ReadAsync() => (await AskAsync()).Json;

    private Task<HttpAnswer> AskAsync(string headers = "") => RawHttp1.AskAsync(shop.Server.Address, $"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
}
