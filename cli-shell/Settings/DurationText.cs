using System.Globalization;

namespace OrderGrpc.CliShell;

/// <summary>Durations as people write them: 500ms, 30s, 5m, 2h, 1d.</summary>
public static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>The longest that is accepted: what the timers underneath can count, rounded down to 40 days.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(40);

    /// <summary>Reads a duration above 0 and at most <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        foreach (var (unit, length) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count <= Longest / length)
            {
                duration = length * count;
                return duration > TimeSpan.Zero;
            }
        }

        return false;
    }

    /// <summary>A duration in its largest whole unit.</summary>
    public static string Format(TimeSpan duration)
    {
        var (unit, length) = Units.Last(u => u.Unit == "ms" || duration.Ticks % u.Length.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{duration / length:0.###}{unit}");
    }
}
