using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using CsCheck;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

[Trait("proves", "R15")]
public class GuardrailQuietTests
{
    [Theory]
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-11-24T19:59:59Z", false)]
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-11-24T20:00:00Z", true)]
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-11-25T06:59:59Z", true)]
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-11-25T07:00:00Z", false)]
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-03-29T05:59:59Z", true)]  // 07:59:59 CEST, an 10-hour night
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-03-29T06:00:00Z", false)]
    [InlineData("Asia/Kathmandu", "21:00", "08:00", "2026-11-24T15:14:59Z", false)]
    [InlineData("Asia/Kathmandu", "21:00", "08:00", "2026-11-24T15:15:00Z", true)]
    [InlineData("Europe/Berlin", "12:00", "14:00", "2026-11-24T11:00:00Z", true)]
    [InlineData("Europe/Berlin", "12:00", "14:00", "2026-11-24T13:00:00Z", false)]
    [InlineData("Europe/Berlin", "09:00", "09:00", "2026-11-24T11:00:00Z", true)]  // start = end is the whole day
    [InlineData("America/New_York", "21:00", "01:30", "2026-11-01T05:29:00Z", true)]  // 01:29 EDT
    [InlineData("America/New_York", "21:00", "01:30", "2026-11-01T05:45:00Z", true)]  // 01:45 EDT: the second 01:30 has not come
    [InlineData("America/New_York", "21:00", "01:30", "2026-11-01T06:29:59Z", true)]  // 01:29 EST
    [InlineData("America/New_York", "21:00", "01:30", "2026-11-01T06:30:00Z", false)]
    [InlineData("America/New_York", "01:30", "06:00", "2026-11-01T05:30:00Z", true)]  // the first 01:30
    [InlineData("America/New_York", "01:30", "06:00", "2026-11-01T06:10:00Z", true)]  // 01:10 EST, behind the first 01:30
    [InlineData("America/New_York", "01:30", "06:00", "2026-11-01T05:29:59Z", false)]
    [InlineData("America/New_York", "21:00", "02:30", "2026-03-08T07:29:59Z", true)]  // 02:30 is skipped: ends 03:30 EDT
    [InlineData("America/New_York", "21:00", "02:30", "2026-03-08T07:30:00Z", false)]
    [InlineData("America/New_York", "02:30", "06:00", "2026-03-08T06:59:59Z", false)] // 01:59 EST
    [InlineData("America/New_York", "02:30", "06:00", "2026-03-08T07:00:00Z", true)]  // 03:00 EDT, later than 02:30 on the clock
    [InlineData("Australia/Lord_Howe", "21:00", "01:45", "2026-04-04T15:10:00Z", true)] // repeated half hour
    [InlineData("Australia/Lord_Howe", "21:00", "01:45", "2026-04-04T15:15:00Z", false)]
    [InlineData("Africa/Cairo", "00:00", "06:00", "2026-04-23T21:59:59Z", false)]
    [InlineData("Africa/Cairo", "00:00", "06:00", "2026-04-23T22:00:00Z", true)]      // midnight is skipped: 01:00 EEST
    public void Quiet_hours_follow_the_wall_clock(string zone, string from, string to, string at, bool quiet) =>
        Assert.Equal(quiet, Quiet.IsQuiet(Utc(at), Known(zone), [Window(from, to)], "push"));

    [Fact]
    public void A_spared_channel_may_speak()
    {
        var at = Utc("2026-11-24T23:00Z");
        var windows = WorkspaceSettings.Defaults.Quiet;

        Assert.True(Quiet.IsQuiet(at, Known("UTC"), windows, "push"));
        Assert.False(Quiet.IsQuiet(at, Known("UTC"), windows, "in_app"));
    }

    [Fact]
    public void A_zone_that_nobody_stated_is_judged_with_two_hours_either_side()
    {
        var zone = new UserZone("UTC", UserZone.Workspace, Instant.Earliest, null);
        ImmutableArray<QuietHours> windows = [Window("21:00", "08:00")];

        Assert.False(Quiet.IsQuiet(Utc("2026-11-24T18:59:59Z"), zone, windows, "push"));
        Assert.True(Quiet.IsQuiet(Utc("2026-11-24T19:00Z"), zone, windows, "push"));
        Assert.True(Quiet.IsQuiet(Utc("2026-11-24T09:59:59Z"), zone, windows, "push"));
        Assert.False(Quiet.IsQuiet(Utc("2026-11-24T10:00Z"), zone, windows, "push"));
    }

    [Fact]
    public void A_margin_that_fills_the_day_leaves_no_hour() =>
        Assert.Null(Quiet.NextAllowed(Utc("2026-11-24T12:00Z"), new UserZone("UTC", UserZone.Workspace, Instant.Earliest, null), [Window("14:00", "10:00")], "push"));

    [Fact]
    public void After_a_change_of_zone_both_must_be_awake_for_a_week()
    {
        var moved = Utc("2026-11-20T00:00Z");
        var zone = new UserZone("Europe/Berlin", "event", moved, "America/New_York");
        ImmutableArray<QuietHours> windows = [Window("21:00", "08:00")];

        Assert.True(Quiet.IsQuiet(Utc("2026-11-24T12:00Z"), zone, windows, "push"));  // 07:00 in New York
        Assert.False(Quiet.IsQuiet(Utc("2026-11-24T13:00Z"), zone, windows, "push")); // 08:00 there, 14:00 here
        Assert.True(Quiet.IsQuiet(Utc("2026-11-24T20:00Z"), zone, windows, "push"));  // 21:00 here
        Assert.False(Quiet.IsQuiet(Utc("2026-11-28T12:00Z"), zone, windows, "push")); // eight days later
        Assert.Equal(Utc("2026-11-24T13:00Z"), Quiet.NextAllowed(Utc("2026-11-23T20:00Z"), zone, windows, "push"));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-11-24T12:00Z", "2026-11-24T12:00Z")]
    [InlineData("Europe/Berlin", "2026-11-24T20:00Z", "2026-11-25T07:00Z")]
    [InlineData("Europe/Berlin", "2026-03-28T22:00Z", "2026-03-29T06:00Z")]
    [InlineData("Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25T07:00Z")]
    public void The_next_allowed_moment_is_the_end_of_the_night(string zone, string at, string next) =>
        Assert.Equal(Utc(next), Quiet.NextAllowed(Utc(at), Known(zone), [Window("21:00", "08:00")], "push"));

    [Fact]
    public void Windows_that_cover_the_day_between_them_leave_no_hour() =>
        Assert.Null(Quiet.NextAllowed(Utc("2026-11-24T12:00Z"), Known("UTC"), [Window("00:00", "12:30"), Window("12:00", "00:00")], "push"));

    [Theory]
    [InlineData("Pacific/Auckland", "2026-11-22T00:00Z", "2026-11-26T12:00Z", "2026-11-29T00:00Z")] // awake 08:00–20:00 here is 20:00–08:00 in Berlin: none until the change settles, 13:00 here
    [InlineData("Europe/London", "2026-11-17T10:00Z", "2026-11-24T06:00Z", "2026-11-24T08:00Z")] // London wakes at 08:00Z, Berlin at 07:00Z
    [InlineData("Asia/Kathmandu", "2026-11-17T04:00Z", "2026-11-24T03:00Z", "2026-11-24T04:00Z")] // Kathmandu woke at 02:15Z; Berlin is asleep still when it stops to count
    public void A_change_that_settles_may_open_the_day(string zone, string moved, string at, string next)
    {
        var user = new UserZone(zone, "event", Utc(moved), "Europe/Berlin");
        ImmutableArray<QuietHours> windows = [Window("20:00", "08:00")];

        Assert.Equal(Utc(next), Quiet.NextAllowed(Utc(at), user, windows, "push"));
        Assert.False(Quiet.IsQuiet(Utc(next), user, windows, "push"));
        Assert.True(Quiet.IsQuiet(Utc(next) - TimeSpan.FromMilliseconds(1), user, windows, "push"));
    }

    [Fact]
    public void The_next_allowed_moment_is_the_first_that_is_not_quiet() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 1439], Gen.Int[0, 1439], Gen.Int[0, 1439], Gen.Int[0, 60 * 24 * 365]).Sample(
            (id, from, to, secondFrom, minute) =>
            {
                var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(minute);
                ImmutableArray<QuietHours> windows = [Window(from, to), Window(secondFrom, (secondFrom + 200) % 1440)];
                if (Quiet.NextAllowed(at, Known(id), windows, "push") is not { } next)
                {
                    return Enumerable.Range(0, 48 * 12).All(step => Quiet.IsQuiet(at + TimeSpan.FromMinutes(5 * step), Known(id), windows, "push"));
                }

                return !Quiet.IsQuiet(next, Known(id), windows, "push")
                    && Enumerable.Range(0, 20).All(step => next == at || Quiet.IsQuiet(at + ((next - at) * (step / 20.0)), Known(id), windows, "push"));
            },
            iter: 3_000,
            seed: "0000KOIPe182");

    [Fact]
    public void What_the_wall_clock_calls_quiet_is_quiet() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 1439], Gen.Int[0, 1439], Gen.Int[0, 60 * 24 * 365]).Sample(
            (id, from, to, minute) =>
            {
                var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(minute);
                var clock = LocalTime.Of(at, id).TimeOfDay.TotalMinutes;
                var inside = from < to ? clock >= from && clock < to : clock >= from || clock < to;
                return !inside || Quiet.IsQuiet(at, Known(id), [Window(from, to)], "push");
            },
            iter: 20_000,
            seed: "0000KOIPe182");

    static QuietHours Window(string from, string to) =>
        new("grd_quiet", TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(to, CultureInfo.InvariantCulture), []);

    static QuietHours Window(int from, int to) => new("grd_quiet", new TimeOnly(from / 60, from % 60), new TimeOnly(to / 60, to % 60), []);
}
