using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OrderGrpc.Server.Services;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OrderGrpc.Server.Http;

/// <summary>
/// The contract as OpenAPI 3.1: every RPC that has a path, with the comments of the protos. They are read from
/// the descriptors that were made of the protos when the server was built.
/// </summary>
public sealed class OpenApiDocument
{
    private const string Package = "ordergrpc.v1";
    private const string Json = "application/json";
    private const string RequestId = "request_id";

    private const string About =
        "What gRPC does, over HTTP and JSON. 64-bit integers are strings, enums their names, and what is empty or 0 is written too. "
        + "A field or parameter that a call does not have is refused. An error is a google.rpc.Status.";

    private const string Lines = "An object of JSON a line, without an end. The last line is the google.rpc.Status that ended it.";

    private const string Events =
        "Server-sent events: the data of each is an object of JSON, and its id the position from which Last-Event-ID resumes. "
        + "The data of the event end is the google.rpc.Status that ended it.";

    private readonly OpenApiSchemas schemas = new();
    private readonly JsonObject paths = [];

    /// <summary>Makes it: JSON in UTF-8.</summary>
    public static byte[] Build() => JsonSerializer.SerializeToUtf8Bytes(new OpenApiDocument().Of(ReadContract()));

    private static List<ServiceDescriptor> ReadContract()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("contract.binpb")!;
        var files = FileDescriptorSet.Parser.ParseFrom(resource).File.Select(file => file.ToByteString());
        return [.. FileDescriptor.BuildFromByteStrings(files, [AnnotationsExtensions.Http]).Where(file => file.Package == Package).SelectMany(file => file.Services)];
    }

    private JsonObject Of(List<ServiceDescriptor> services)
    {
        foreach (var method in services.SelectMany(service => service.Methods))
        {
            Add(method);
        }

        schemas.All["Status"] = JsonNode.Parse(OpenApiParts.Status);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "OrderGrpc", ["version"] = "v1", ["description"] = About, ["license"] = JsonNode.Parse(OpenApiParts.License) },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The server that this is read from." }),
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. services.Select(service => new JsonObject { ["name"] = service.Name, ["description"] = OpenApiComments.Of(service) })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.All,
                ["responses"] = JsonNode.Parse(OpenApiParts.Responses),
                ["parameters"] = JsonNode.Parse(OpenApiParts.Parameters),
                ["securitySchemes"] = JsonNode.Parse(OpenApiParts.Security),
            },
        };
    }

    private void Add(MethodDescriptor method)
    {
        if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            return;
        }

        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("get", rule.Get),
            HttpRule.PatternOneofCase.Post => ("post", rule.Post),
            _ => throw new NotSupportedException($"{method.FullName}: {rule.PatternCase} is not described yet."),
        };
        if (paths[path] is not JsonObject calls)
        {
            paths[path] = calls = [];
        }

        calls[verb] = Operation(method, path, hasBody: rule.Body.Length > 0);
    }

    private JsonObject Operation(MethodDescriptor method, string path, bool hasBody)
    {
        var comment = OpenApiComments.Of(method);
        var operation = new JsonObject
        {
            ["operationId"] = $"{method.Service.Name}_{method.Name}",
            ["tags"] = new JsonArray(method.Service.Name),
            ["summary"] = OpenApiComments.Summary(comment),
            ["description"] = comment,
            ["parameters"] = Parameters(method, path, hasBody),
        };
        if (hasBody)
        {
            var inPath = method.InputType.Fields.InDeclarationOrder().Where(field => IsIn(path, field)).Select(field => field.Name).ToHashSet();
            operation["requestBody"] = new JsonObject
            {
                ["required"] = inPath.Count == 0, // a command with nothing to say but its order needs none
                ["content"] = new JsonObject { [Json] = Content(schemas.Of(method.InputType, inPath)) },
            };
        }

        operation["responses"] = Responses(method);
        return operation;
    }

    private JsonArray Parameters(MethodDescriptor method, string path, bool hasBody)
    {
        var parameters = new JsonArray();
        foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(field => !hasBody || IsIn(path, field)))
        {
            var isInPath = IsIn(path, field);
            parameters.Add(new JsonObject
            {
                ["name"] = isInPath ? field.Name : field.JsonName,
                ["in"] = isInPath ? "path" : "query",
                ["required"] = isInPath,
                ["description"] = OpenApiComments.Of(field),
                ["schema"] = schemas.Of(field),
            });
        }

        parameters.Add(Header("Accept-Language"));
        if (hasBody && method.InputType.FindFieldByName(RequestId) is not null)
        {
            parameters.Add(Header("Idempotency-Key"));
        }

        if (method.IsServerStreaming)
        {
            parameters.Add(Header("Last-Event-ID"));
        }

        return parameters;
    }

    private JsonObject Responses(MethodDescriptor method)
    {
        var answer = schemas.Of(method.OutputType);
        var content = method.IsServerStreaming
            ? new JsonObject { ["application/x-ndjson"] = Stream("application/x-ndjson", answer, Lines), [JsonWatchStream.EventStream] = Stream(JsonWatchStream.EventStream, answer, Events) }
            : new JsonObject { [Json] = Content(answer) };
        var responses = new JsonObject { ["200"] = new JsonObject { ["description"] = OpenApiComments.Of(method.OutputType), ["content"] = content } };
        foreach (var (status, name) in OpenApiParts.Errors)
        {
            responses[status] = new JsonObject { ["$ref"] = $"#/components/responses/{name}" };
        }

        return responses;
    }

    private static bool IsIn(string path, FieldDescriptor field) => path.Contains($"{{{field.Name}}}", StringComparison.Ordinal);

    private static JsonObject Header(string name) => new() { ["$ref"] = $"#/components/parameters/{name}" };

    private static JsonObject Content(JsonObject schema) => new() { ["schema"] = schema };

    // OpenAPI 3.1 has no word for a sequence of objects: a text, whose parts have a schema.
    private static JsonObject Stream(string mediaType, JsonObject part, string description) => Content(new JsonObject
    {
        ["type"] = "string",
        ["description"] = description,
        ["contentMediaType"] = mediaType,
        ["contentSchema"] = new JsonObject { ["anyOf"] = new JsonArray(part.DeepClone(), OpenApiSchemas.Reference("Status")) },
    });
}
