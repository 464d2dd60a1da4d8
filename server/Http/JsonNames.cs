using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Google.Protobuf.Reflection;
using OrderGrpc.Contract;

namespace OrderGrpc.Server.Http;

/// <summary>The fields of a message by the names that JSON and URLs have for them: the contract's own, and the same in camel case.</summary>
public static class JsonNames
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<string, FieldDescriptor>> Known = new();

    /// <summary>The field of this name; null where there is none.</summary>
    public static FieldDescriptor? Find(MessageDescriptor message, string name) => Of(message).GetValueOrDefault(name);

    /// <summary>A field that nobody knows, as an error may repeat it.</summary>
    public static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (shown.Length >= HttpLimits.NameLength)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(VisibleText.IsVisible(rune) ? rune.ToString() : "�");
        }

        return shown.ToString();
    }

    internal static FrozenDictionary<string, FieldDescriptor> Of(MessageDescriptor message) => Known.GetOrAdd(message, static message =>
    {
        var names = new Dictionary<string, FieldDescriptor>(StringComparer.Ordinal);
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            (names[field.Name], names[field.JsonName]) = (field, field);
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    });
}
