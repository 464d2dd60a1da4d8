using System.Globalization;
using System.Security.Cryptography;

namespace OrderGrpc.Server.Security;

/// <summary>The id of a signing key, such as 2-9f3a2c1d: its number, by which the newest is known, and something random.</summary>
public static class KeyId
{
    /// <summary>The number of a key; null where the text is no key's id.</summary>
    public static int? NumberOf(string id) =>
        id.IndexOf('-') is > 0 and var dash
        && int.TryParse(id.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The ids that are ones, the oldest first.</summary>
    public static IEnumerable<string> InOrder(IEnumerable<string> ids) =>
        ids.Where(id => NumberOf(id) is not null).OrderBy(id => NumberOf(id)!.Value).ThenBy(id => id, StringComparer.Ordinal);

    /// <summary>An id newer than all of these.</summary>
    public static string After(IEnumerable<string> ids)
    {
        var number = ids.Select(NumberOf).DefaultIfEmpty(0).Max()!.Value + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{number}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
    }
}
