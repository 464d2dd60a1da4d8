using Google.Protobuf.WellKnownTypes;
using OrderGrpc.CliShell;

namespace OrderGrpc.Tests.Cli;

/// <summary>Times as they are read and written; it is 13:00 on 2026-11-25, an hour ahead of UTC.</summary>
public sealed class TimeTests
{
    [Theory]
    [InlineData(-30, "just now", "à l'instant")]
    [InlineData(0, "just now", "à l'instant")]
    [InlineData(59, "just now", "à l'instant")]
    [InlineData(60, "1 min ago", "il y a 1 min")]
    [InlineData(5 * 60, "5 min ago", "il y a 5 min")]
    [InlineData((60 * 60) - 1, "59 min ago", "il y a 59 min")]
    [InlineData(60 * 60, "1 h ago", "il y a 1 h")]
    [InlineData((24 * 60 * 60) - 1, "23 h ago", "il y a 23 h")]
    [InlineData(24 * 60 * 60, "2026-11-24 13:00", "2026-11-24 13:00")]
    [InlineData(-3600, "2026-11-25 14:00", "2026-11-25 14:00")]
    public void A_time_is_how_long_ago_where_it_is_recent_and_local_otherwise(int secondsAgo, string english, string french)
    {
        var moment = Timestamp.FromDateTimeOffset(Sight.Now.AddSeconds(-secondsAgo));
        Assert.Equal(english, new TimeForm(TimesChoice.Local, Sight.Clock(), new Texts(Language.En)).Of(moment));
        Assert.Equal(french, new TimeForm(TimesChoice.Local, Sight.Clock(), new Texts(Language.Fr)).Of(moment));
    }

    [Fact]
    public void With_times_utc_and_in_a_pipe_it_is_RFC_3339_in_UTC()
    {
        var moment = Timestamp.FromDateTimeOffset(Sight.Now);
        Assert.Equal("2026-11-25T12:00:00Z", new Sight(Language.Fr, 80, appearance: new Appearance(TimesChoice.Utc)).Session.Times.Of(moment));
        Assert.Equal("2026-11-25T12:00:00Z", new Sight(Language.Fr, CliDependencies.UnlimitedWidth).Session.Times.Of(moment));
        Assert.Equal("à l'instant", new Sight(Language.Fr, CliDependencies.UnlimitedWidth, appearance: new Appearance(TimesChoice.Local)).Session.Times.Of(moment));
        Assert.Equal("2026-11-25 13:00:00", new Sight(Language.Fr, 80).Session.Times.OfLasting(moment));
    }

    [Theory]
    [InlineData("2026-01-31", "2026-01-30T23:00:00Z", "2026-01-31T22:59:59Z")]
    [InlineData("today", "2026-11-24T23:00:00Z", "2026-11-25T22:59:59Z")]
    [InlineData("Aujourd'hui", "2026-11-24T23:00:00Z", "2026-11-25T22:59:59Z")]
    [InlineData("yesterday", "2026-11-23T23:00:00Z", "2026-11-24T22:59:59Z")]
    [InlineData("hier", "2026-11-23T23:00:00Z", "2026-11-24T22:59:59Z")]
    [InlineData("1h", "2026-11-25T11:00:00Z", "2026-11-25T13:00:00Z")]
    [InlineData("7d", "2026-11-18T12:00:00Z", "2026-12-02T12:00:00Z")]
    [InlineData("7j", "2026-11-18T12:00:00Z", "2026-12-02T12:00:00Z")]
    [InlineData("90d", "2026-08-27T12:00:00Z", "2027-02-23T12:00:00Z")]
    [InlineData("2026-01-31 12:00", "2026-01-31T11:00:00Z", "2026-01-31T11:00:00Z")]
    [InlineData("2026-01-31T12:00:00", "2026-01-31T11:00:00Z", "2026-01-31T11:00:00Z")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31T12:00:00.250Z", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    public void A_time_is_read_as_people_write_it_in_their_zone(string text, string behind, string ahead)
    {
        Assert.True(TimeText.TryParseStart(text, Sight.Clock(), out var first));
        Assert.True(TimeText.TryParseEnd(text, Sight.Clock(), out var last));
        Assert.Equal((behind, ahead), (TimeText.Format(first), TimeText.Format(last)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2026-02-30")]
    [InlineData("31/01/2026")]
    [InlineData("7")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("99999d")]
    [InlineData("9999-12-31")]
    public void What_is_no_time_is_refused(string text) => Assert.False(TimeText.TryParseStart(text, Sight.Clock(), out _));

    [Fact]
    public void A_day_is_as_long_as_the_clocks_make_it()
    {
        // In October the clocks of Paris go back at 3:00: the day has 25 hours.
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date,
            DateTime.MaxValue.Date,
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday));
        var clock = Sight.Clock();
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("Paris", TimeSpan.FromHours(1), null, null, null, [rule]));
        Assert.True(TimeText.TryParseStart("2026-10-25", clock, out var first) & TimeText.TryParseEnd("2026-10-25", clock, out var last));
        Assert.Equal(("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"), (TimeText.Format(first), TimeText.Format(last)));
    }
}
