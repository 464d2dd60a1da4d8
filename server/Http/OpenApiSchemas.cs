using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace OrderGrpc.Server.Http;

/// <summary>The messages and enums that calls name, as schemas of JSON; each is described once, when it is first named.</summary>
public sealed class OpenApiSchemas
{
    /// <summary>The schemas by their names, in the order in which they were first named.</summary>
    public JsonObject All { get; } = [];

    /// <summary>What refers to a schema.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    /// <summary>Refers to a message.</summary>
    /// <param name="without">The fields that stand elsewhere, as those of a path.</param>
    public JsonObject Of(MessageDescriptor message, IReadOnlySet<string>? without = null)
    {
        var name = NameOf(message);
        if (!All.ContainsKey(name))
        {
            var schema = Described(new JsonObject { ["type"] = "object" }, message);
            All[name] = schema; // before its fields, which may name it again
            var fields = message.Fields.InDeclarationOrder().Where(field => without?.Contains(field.Name) != true);
            schema["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.JsonName, Of(field))));
        }

        return Reference(name);
    }

    /// <summary>A field with its comment.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            throw new NotSupportedException($"{field.FullName}: a map has no schema yet.");
        }

        var schema = field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Value(field) } : Value(field);
        return Described(schema, field, field.RealContainingOneof is { } oneof ? $"At most one of {string.Join(", ", oneof.Fields.Select(one => one.JsonName))}." : "");
    }

    private JsonObject Value(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName => Simple("string", "date-time"),
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => Of(field.EnumType),
        FieldType.String => new JsonObject { ["type"] = "string" },
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Double => Simple("number", "double"),
        FieldType.Int32 => Simple("integer", "int32"),
        FieldType.Int64 => Simple("string", "int64"),
        _ => throw new NotSupportedException($"{field.FullName}: {field.FieldType} has no schema yet."),
    };

    private JsonObject Of(EnumDescriptor type)
    {
        var name = NameOf(type);
        if (!All.ContainsKey(name))
        {
            var values = type.Values.Select(value => $"- {value.Name}: {OpenApiComments.Of(value)}");
            All[name] = Described(new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. type.Values.Select(value => JsonValue.Create(value.Name))]) }, type, string.Join("\n", values));
        }

        return Reference(name);
    }

    private static JsonObject Simple(string type, string format) => new() { ["type"] = type, ["format"] = format };

    private static JsonObject Described(JsonObject schema, IDescriptor what, string more = "")
    {
        var text = $"{OpenApiComments.Of(what)}\n\n{more}".Trim();
        if (text.Length > 0)
        {
            schema["description"] = text;
        }

        return schema;
    }

    private static string NameOf(IDescriptor type) => type.FullName[(type.File.Package.Length + 1)..];
}
