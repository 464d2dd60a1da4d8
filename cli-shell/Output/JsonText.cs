using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using OrderGrpc.Contract;

namespace OrderGrpc.CliShell;

/// <summary>JSON on one line, safe to show as <see cref="VisibleText"/> is.</summary>
public static class JsonText
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    // The default escapes what HTML would mind, and all letters beyond ASCII; Safe sees to the rest.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The proto3 JSON of a message.</summary>
    public static string Of(IMessage message) => Safe(Formatter.Format(message));

    /// <summary>An error: {"error":{"code":…,"reason":…,"message":…,"metadata":{…},"fields":[…]}}.</summary>
    public static string Of(ErrorReport error)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", error.Code);
            json.WriteString("reason", error.Reason);
            json.WriteString("message", error.Message);
            json.WriteStartObject("metadata");
            foreach (var (key, value) in error.Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("fields");
            foreach (var field in error.Fields)
            {
                json.WriteStartObject();
                json.WriteString("field", field.Field);
                json.WriteString("description", field.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("hint", error.Hint);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Safe(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    // Both writers leave some invisible characters as they are. These can only stand inside a
    // JSON string, where \uXXXX means the same.
    private static string Safe(string json)
    {
        var safe = new StringBuilder(json.Length + 16);
        foreach (var rune in json.EnumerateRunes())
        {
            if (VisibleText.IsVisible(rune))
            {
                safe.Append(rune);
                continue;
            }

            foreach (var unit in rune.ToString())
            {
                safe.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return safe.ToString();
    }
}
