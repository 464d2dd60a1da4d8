using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace OrderGrpc.CliShell;

/// <summary>
/// Times as text for people: how long ago where that is less than a day, else date and time where
/// they are. For scripts, which read a pipe, and with --times utc: RFC 3339 in UTC.
/// </summary>
/// <param name="choice">What was chosen, settled: <see cref="TimesChoice.Auto"/> is not left.</param>
/// <param name="time">Now, and the zone.</param>
/// <param name="texts">The language.</param>
public sealed class TimeForm(TimesChoice choice, TimeProvider time, Texts texts)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Such as "5 min ago" or "2026-11-24 23:15"; empty for null.</summary>
    public string Of(Timestamp? moment)
    {
        if (moment is null || choice == TimesChoice.Utc)
        {
            return TimeText.Format(moment);
        }

        // A server's clock may be a little ahead of this one.
        var age = time.GetUtcNow() - moment.ToDateTimeOffset();
        return age switch
        {
            _ when age <= -Minute || age >= Day => Local(moment, "yyyy-MM-dd HH:mm"),
            _ when age < Minute => texts[Text.JustNow],
            _ when age < Hour => texts.Format(Text.MinutesAgo, (int)age.TotalMinutes),
            _ => texts.Format(Text.HoursAgo, (int)age.TotalHours),
        };
    }

    /// <summary>The same where the text stays on the screen as time passes: date and time, to the second where there is room.</summary>
    public string OfLasting(Timestamp? moment, bool withSeconds = true) =>
        moment is null || choice == TimesChoice.Utc ? TimeText.Format(moment) : Local(moment, withSeconds ? "yyyy-MM-dd HH:mm:ss" : "MM-dd HH:mm");

    private string Local(Timestamp moment, string form) =>
        TimeZoneInfo.ConvertTime(moment.ToDateTimeOffset(), time.LocalTimeZone).ToString(form, CultureInfo.InvariantCulture);
}
