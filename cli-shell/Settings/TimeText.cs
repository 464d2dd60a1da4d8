using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace OrderGrpc.CliShell;

/// <summary>Times as people write them: a date (UTC) or RFC 3339.</summary>
public static class TimeText
{
    private const string DateFormat = "yyyy-MM-dd";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a time; a date is its first moment in UTC.</summary>
    public static bool TryParseStart(string text, out Timestamp time) => TryParse(text, TimeSpan.Zero, out time);

    /// <summary>Reads a time; a date is its last second in UTC.</summary>
    public static bool TryParseEnd(string text, out Timestamp time) =>
        TryParse(text, TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1), out time);

    /// <summary>RFC 3339 in UTC, to the second; empty for null.</summary>
    public static string Format(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static bool TryParse(string text, TimeSpan intoDay, out Timestamp time)
    {
        time = new Timestamp();
        if (DateTimeOffset.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            time = Timestamp.FromDateTimeOffset(date + intoDay);
            return true;
        }

        // K also accepts no zone at all, which would mean another moment on each machine.
        var hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        if (hasZone && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
        {
            time = Timestamp.FromDateTimeOffset(moment);
            return true;
        }

        return false;
    }
}
