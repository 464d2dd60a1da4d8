using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using OrderGrpc.Server.Orders;

namespace OrderGrpc.Server.Http;

/// <summary>What a value must be to be a field's: in JSON, and in a URL, where all is text.</summary>
public static class JsonValues
{
    /// <summary>The rule that a value of JSON breaks; null where it breaks none. Of a message it is <see cref="JsonBody"/> that looks.</summary>
    public static (FieldRule Rule, string[] Values)? FaultOf(ref Utf8JsonReader json, FieldDescriptor field)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return TryText(ref json) is { } text ? FaultOfText(text, field, quoted: true) : (FieldRule.NotUnicode, []);
        }

        return field.FieldType switch
        {
            FieldType.Bool => json.TokenType is JsonTokenType.True or JsonTokenType.False ? null : (FieldRule.NotABoolean, []),
            FieldType.String or FieldType.Bytes => (FieldRule.NotText, []),
            FieldType.Message => (FieldRule.NotATime, []),
            FieldType.Double or FieldType.Float => json.TokenType == JsonTokenType.Number ? null : (FieldRule.NotANumber, []),
            _ when json.TokenType != JsonTokenType.Number => field.FieldType == FieldType.Enum ? (FieldRule.NotAState, []) : (FieldRule.NotAnInteger, [Bits(field)]),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => json.TryGetInt64(out _) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
            FieldType.UInt64 or FieldType.Fixed64 => json.TryGetUInt64(out _) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
            FieldType.UInt32 or FieldType.Fixed32 => json.TryGetUInt32(out _) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
            _ => json.TryGetInt32(out _) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
        };
    }

    /// <summary>The same of text.</summary>
    /// <param name="quoted">Whether it stands in JSON, where true in quotes is no boolean.</param>
    public static (FieldRule Rule, string[] Values)? FaultOfText(string text, FieldDescriptor field, bool quoted) => field.FieldType switch
    {
        FieldType.String => null,
        FieldType.Bytes => Base64.IsValid(text) ? null : (FieldRule.NotBase64, []),
        FieldType.Bool => !quoted && text is "true" or "false" ? null : (FieldRule.NotABoolean, []),
        FieldType.Enum => field.EnumType.FindValueByName(text) is not null ? null : (FieldRule.NotAState, []),
        FieldType.Double or FieldType.Float => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : (FieldRule.NotANumber, []),
        FieldType.Message => IsTime(text) ? null : (FieldRule.NotATime, []),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Is<long>(text) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
        FieldType.UInt64 or FieldType.Fixed64 => Is<ulong>(text) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
        FieldType.UInt32 or FieldType.Fixed32 => Is<uint>(text) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
        _ => Is<int>(text) ? null : (FieldRule.NotAnInteger, [Bits(field)]),
    };

    /// <summary>Whether it is written as one value: of messages a time is.</summary>
    public static bool IsOneValue(FieldDescriptor field) => field.FieldType != FieldType.Message || field.MessageType.FullName == Timestamp.Descriptor.FullName;

    /// <summary>The text of a string; null where it has half a pair of surrogates.</summary>
    public static string? TryText(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Is<T>(string text)
        where T : struct, IParsable<T>, ISpanParsable<T>, System.Numerics.INumberBase<T> => T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static string Bits(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 or FieldType.UInt64 or FieldType.Fixed64 => "64",
        _ => "32",
    };

    private static bool IsTime(string text)
    {
        try
        {
            return JsonParser.Default.Parse<Timestamp>(JsonSerializer.Serialize(text)) is not null;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
