using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace OrderGrpc.CliShell;

/// <summary>
/// Times as people write them: a day (2026-01-31, today, yesterday), a day and a time, how long ago
/// (1h, 7d), or RFC 3339. Days and times without a zone are those of the zone one is in.
/// </summary>
public static partial class TimeText
{
    private const string DateFormat = "yyyy-MM-dd";

    private static readonly string[] LocalFormats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a time that lies behind: a day is its first moment, and 7d is seven days ago.</summary>
    public static bool TryParseStart(string text, TimeProvider clock, out Timestamp time) =>
        TryParse(text, clock, date => FirstMoment(date, clock), ago: true, out time);

    /// <summary>Reads a time that lies ahead: a day is its last second, and 7d is in seven days.</summary>
    public static bool TryParseEnd(string text, TimeProvider clock, out Timestamp time) =>
        TryParse(text, clock, date => FirstMoment(date.AddDays(1), clock) - TimeSpan.FromSeconds(1), ago: false, out time);

    /// <summary>RFC 3339 in UTC, to the second; empty for null.</summary>
    public static string Format(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static bool TryParse(string text, TimeProvider clock, Func<DateOnly, DateTimeOffset> ofDay, bool ago, out Timestamp time)
    {
        var found = Day(text, clock) is { } day ? ofDay(day) : Distance(text) is { } distance ? Away(clock, ago ? -distance : distance) : Moment(text, clock);
        time = found is { } moment && IsInRange(moment) ? Timestamp.FromDateTimeOffset(moment) : new Timestamp();
        return found is { } read && IsInRange(read);
    }

    private static DateOnly? Day(string text, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        return text.Trim().ToLowerInvariant() switch
        {
            "today" or "aujourd'hui" or "aujourd’hui" => today,
            "yesterday" or "hier" => today.AddDays(-1),
            "tomorrow" or "demain" => today.AddDays(1),
            _ => DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        };
    }

    private static TimeSpan? Distance(string text)
    {
        var match = Length().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var count = int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return match.Groups[2].Value.ToLowerInvariant() switch
        {
            "s" => TimeSpan.FromSeconds(count),
            "m" or "min" => TimeSpan.FromMinutes(count),
            "h" => TimeSpan.FromHours(count),
            "w" => TimeSpan.FromDays(7 * count),
            _ => TimeSpan.FromDays(count),
        };
    }

    private static DateTimeOffset? Moment(string text, TimeProvider clock)
    {
        if (DateTime.TryParseExact(text, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return InZone(local, clock);
        }

        // K also accepts no zone at all; those are above.
        var hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        return hasZone && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;
    }

    private static DateTimeOffset Away(TimeProvider clock, TimeSpan distance) => clock.GetUtcNow() + distance;

    private static DateTimeOffset FirstMoment(DateOnly date, TimeProvider clock) => InZone(date.ToDateTime(TimeOnly.MinValue), clock);

    // A time that the clocks skip in spring is taken as if they had not.
    private static DateTimeOffset InZone(DateTime local, TimeProvider clock) => new(local, clock.LocalTimeZone.GetUtcOffset(local));

    // What a Timestamp can hold, a day away from the ends of the calendar for any zone.
    private static bool IsInRange(DateTimeOffset moment) => moment.UtcDateTime.Year is > 1 and < 9999;

    [GeneratedRegex("^([0-9]{1,4})(s|m|min|h|d|j|w)\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Length();
}
