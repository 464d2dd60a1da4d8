using System.Globalization;
using System.Resources;
using OrderGrpc.Contract;
using OrderGrpc.Server.Orders;
using OrderGrpc.V1;

namespace OrderGrpc.Server.Services;

/// <summary>
/// The texts for people, English and French, from Texts.resx and Texts.fr.resx. An error's text is
/// found by its reason and has its metadata filled in by name.
/// </summary>
public static class ServerTexts
{
    private static readonly ResourceManager Resources = new("OrderGrpc.Server.Services.Texts", typeof(ServerTexts).Assembly);

    public static CultureInfo English { get; } = CultureInfo.GetCultureInfo("en");

    public static CultureInfo French { get; } = CultureInfo.GetCultureInfo("fr");

    /// <summary>
    /// The language that an accept-language header asks for (RFC 9110, 12.5.4): of en and fr the one
    /// with the higher weight, the first of equals; English otherwise.
    /// </summary>
    public static CultureInfo Choose(string? acceptLanguage)
    {
        var best = English;
        var bestWeight = 0.0;
        foreach (var range in (acceptLanguage ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var weight = parts.Length > 1 && parts[1].StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                && double.TryParse(parts[1].AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var q) ? q : 1;
            var language = parts[0].Split('-')[0];
            var culture = language.Equals("fr", StringComparison.OrdinalIgnoreCase) ? French
                : language.Equals("en", StringComparison.OrdinalIgnoreCase) ? English : null;
            if (culture is not null && weight > bestWeight)
            {
                (best, bestWeight) = (culture, weight);
            }
        }

        return best;
    }

    /// <summary>The text of this key, with {0}, {1}… filled in.</summary>
    public static string Get(string key, CultureInfo culture, params string[] values)
    {
        var text = Resources.GetString(key, culture)
            ?? throw new InvalidOperationException($"no text {key}");
        for (var i = 0; i < values.Length; i++)
        {
            text = text.Replace("{" + i.ToString(CultureInfo.InvariantCulture) + "}", values[i], StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>What an error says: of a bad request each field, of any other its reason.</summary>
    public static string Error(Refusal refusal, CultureInfo culture)
    {
        if (refusal.Fields.Count > 0)
        {
            var named = refusal.Fields.Select(fault => $"{fault.Field}: {Fault(fault, culture)}");
            return string.Join("; ", refusal.MoreFields == 0
                ? named
                : named.Append(Get("MORE_FIELDS", culture, refusal.MoreFields.ToString(CultureInfo.InvariantCulture))));
        }

        var text = Get(Names.Of(refusal.Reason) + refusal.Variant + (refusal.Metadata.Any(m => m.Key == Replacement.By) ? "_AGAIN" : ""), culture);
        foreach (var (key, value) in refusal.Metadata)
        {
            text = text.Replace("{" + key + "}", value.Length == 0 ? Get("NOTHING", culture) : value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>What was done: a line for each event that a command comes to.</summary>
    public static string Done(OrderEvent.EventOneofCase happened, long orderId, CultureInfo culture) =>
        Get("DONE_" + Names.Of(happened), culture, orderId.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is wrong with one field.</summary>
    public static string Fault(FieldFault fault, CultureInfo culture) =>
        Get("FIELD_" + fault.Rule, culture, fault.Values);
}
