using System.Globalization;

namespace OrderGrpc.Server.Security;

/// <summary>How long a token holds, as the command line says it: 90d, 12h, 30m, 2w, 45s.</summary>
public static class TokenLifetime
{
    /// <summary>The time that the text means; null where it is none, nothing, or longer than tokens may be.</summary>
    public static TimeSpan? Parse(string text)
    {
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return unit is { } one
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count <= TokenLimits.MaxTokenLifetime / one ? count * one : null;
    }
}
