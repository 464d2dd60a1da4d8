using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf.Reflection;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Http;

/// <summary>
/// Holds a body against the message that it is to be, before the framework reads it: that says of all that is
/// wrong only that it is, and passes over fields that nobody knows. Names each fault where it is.
/// </summary>
public readonly ref struct JsonBody
{
    private readonly RequestRules rules;
    private readonly IReadOnlySet<string> inPath;

    private JsonBody(RequestRules rules, IReadOnlySet<string> inPath) => (this.rules, this.inPath) = (rules, inPath);

    /// <summary>The refusal of a body that cannot be read; else null, and the faults of its fields are with the rules.</summary>
    /// <param name="inPath">The fields that the path has.</param>
    public static Refusal? Check(ReadOnlySpan<byte> body, MessageDescriptor message, IReadOnlySet<string> inPath, RequestRules rules)
    {
        if (!Utf8.IsValid(body))
        {
            return new Refusal(ErrorReason.MalformedMessage) { Variant = "_UTF8" };
        }

        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = HttpLimits.JsonDepth });
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return new Refusal(ErrorReason.MalformedMessage) { Variant = "_OBJECT" };
            }

            new JsonBody(rules, inPath).Message(ref json, message, "");
            json.Read(); // nothing, or it throws
            return null;
        }
        catch (JsonException e)
        {
            return new Refusal(ErrorReason.MalformedMessage, ("line", Text(e.LineNumber + 1)), ("byte", Text(e.BytePositionInLine + 1))) { Variant = "_JSON" };
        }
    }

    // From its brace to the one that closes it.
    private void Message(ref Utf8JsonReader json, MessageDescriptor message, string path)
    {
        var seen = new HashSet<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonValues.TryText(ref json) ?? "�";
            var field = JsonNames.Find(message, name);
            json.Read();
            if (field is null)
            {
                rules.Fault(path + JsonNames.Shown(name), FieldRule.NoSuchField);
                json.Skip();
                continue;
            }

            if (path.Length == 0 && inPath.Contains(field.Name))
            {
                rules.Fault(field.Name, FieldRule.InThePath);
            }

            if (!seen.Add(field.Name))
            {
                rules.Fault(path + field.Name, FieldRule.Twice);
            }
            else if (field.RealContainingOneof is { } oneof && json.TokenType != JsonTokenType.Null && !seen.Add("oneof " + oneof.Name))
            {
                rules.Fault(path + field.Name, FieldRule.OneOf, oneof.Name);
            }

            Field(ref json, field, path + field.Name);
        }
    }

    private void Field(ref Utf8JsonReader json, FieldDescriptor field, string path)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return; // as if it were not there
        }

        if (field.IsMap)
        {
            Unchecked(ref json, FieldRule.NotAnObject, JsonTokenType.StartObject, path);
        }
        else if (!field.IsRepeated)
        {
            Value(ref json, field, path);
        }
        else if (json.TokenType != JsonTokenType.StartArray)
        {
            Unchecked(ref json, FieldRule.NotAnArray, JsonTokenType.StartArray, path);
        }
        else
        {
            for (var at = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; at++)
            {
                Value(ref json, field, $"{path}[{Text(at)}]");
            }
        }
    }

    private void Value(ref Utf8JsonReader json, FieldDescriptor field, string path)
    {
        if (!JsonValues.IsOneValue(field))
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                Message(ref json, field.MessageType, path + ".");
            }
            else
            {
                Unchecked(ref json, FieldRule.NotAnObject, JsonTokenType.StartObject, path);
            }
        }
        else if (JsonValues.FaultOf(ref json, field) is var (rule, values))
        {
            rules.Fault(path, rule, values);
            json.Skip();
        }
    }

    private void Unchecked(ref Utf8JsonReader json, FieldRule rule, JsonTokenType wanted, string path)
    {
        if (json.TokenType != wanted)
        {
            rules.Fault(path, rule);
        }

        json.Skip();
    }

    private static string Text(long? number) => (number ?? 0).ToString(CultureInfo.InvariantCulture);
}
