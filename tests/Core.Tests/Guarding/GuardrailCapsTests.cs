using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using CsCheck;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

[Trait("proves", "R15")]
public class GuardrailCapsTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T23:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00Z")] // 23-hour day
    [InlineData("Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25T22:59:59Z", "2026-10-25T23:00Z")] // 25-hour day
    [InlineData("America/New_York", "2026-11-01T04:00Z", "2026-11-02T04:59:59Z", "2026-11-02T05:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-04T13:00Z", "2026-04-05T13:29:59Z", "2026-04-05T13:30Z")] // 24.5-hour day
    [InlineData("Asia/Kathmandu", "2026-03-28T18:15Z", "2026-03-29T18:14:59Z", "2026-03-29T18:15Z")]
    public void A_daily_cap_lasts_as_long_as_the_local_day(string zone, string sent, string lastRefused, string firstAllowed)
    {
        SentRecord[] sends = [Sent(sent)];

        var refused = Caps.Check(Daily(1), Utc(lastRefused), Known(zone), sends);
        Assert.Equal((false, 1, 1, Utc(firstAllowed)), (refused.Passed, refused.Value, refused.Limit, refused.RetryAt));
        Assert.Equal(HoldReason.CapChannel, refused.Code);
        Assert.True(Caps.Check(Daily(1), Utc(firstAllowed), Known(zone), sends).Passed);
        Assert.True(Caps.Check(Daily(1), Utc(sent) - TimeSpan.FromMilliseconds(1), Known(zone), sends).Passed);
    }

    [Fact]
    public void A_weekly_cap_runs_from_monday_local()
    {
        var cap = new Cap("week", null, 2, CapPeriod.LocalWeek, 0);
        SentRecord[] sends = [Sent("2026-11-22T22:59Z"), Sent("2026-11-22T23:00Z"), Sent("2026-11-25T10:00Z", "email")];

        var verdict = Caps.Check(cap, Utc("2026-11-29T22:59Z"), Known("Europe/Berlin"), sends);
        Assert.Equal((false, 2, Utc("2026-11-29T23:00Z")), (verdict.Passed, verdict.Value, verdict.RetryAt));
        Assert.Equal(HoldReason.CapOverall, verdict.Code);
        Assert.True(Caps.Check(cap, Utc("2026-11-29T23:00Z"), Known("Europe/Berlin"), sends).Passed);
    }

    [Fact]
    public void A_rolling_cap_frees_when_the_oldest_that_counts_falls_out()
    {
        var cap = new Cap("roll", "push", 2, CapPeriod.RollingHours, 24);
        SentRecord[] sends = [Sent("2026-11-24T08:00Z"), Sent("2026-11-24T09:00Z"), Sent("2026-11-24T09:30Z", "email"), Sent("2026-11-24T10:00Z")];

        var verdict = Caps.Check(cap, Utc("2026-11-24T12:00Z"), Known("UTC"), sends);
        Assert.Equal((false, 3, Utc("2026-11-25T09:00Z")), (verdict.Passed, verdict.Value, verdict.RetryAt));
        Assert.False(Caps.Check(cap, Utc("2026-11-25T08:59:59.999Z"), Known("UTC"), sends).Passed);
        Assert.True(Caps.Check(cap, Utc("2026-11-25T09:00Z"), Known("UTC"), sends).Passed);
    }

    [Fact]
    public void A_cap_of_nothing_never_frees()
    {
        var verdict = Caps.Check(Daily(0), Utc("2026-11-24T12:00Z"), Known("UTC"), []);

        Assert.False(verdict.Passed);
        Assert.Null(verdict.RetryAt);
    }

    [Fact]
    public void A_clock_that_steps_back_gives_nothing_away()
    {
        SentRecord[] sends = [Sent("2026-11-24T15:00Z")];

        Assert.False(Caps.Check(Daily(1), Utc("2026-11-24T12:00Z"), Known("UTC"), sends).Passed);
        Assert.False(Caps.MinGap("gap", TimeSpan.FromHours(8), Utc("2026-11-24T12:00Z"), sends).Passed);
    }

    [Fact]
    public void After_a_change_of_zone_the_reading_with_more_sends_counts()
    {
        // 23:30 in New York on the 23rd is 05:30 in Berlin on the 24th: new day there, same day here.
        var zone = new UserZone("America/New_York", "event", Utc("2026-11-24T04:00Z"), "Europe/Berlin");
        SentRecord[] sends = [Sent("2026-11-24T04:30Z")];

        Assert.False(Caps.Check(Daily(1), Utc("2026-11-24T15:00Z"), zone, sends).Passed);
        Assert.True(Caps.Check(Daily(1), Utc("2026-11-24T15:00Z"), Known("America/New_York"), sends).Passed);
        Assert.True(Caps.Check(Daily(1), Utc("2026-11-25T15:00Z"), zone, sends).Passed);
    }

    [Fact]
    public void Of_a_zone_that_nobody_stated_the_day_may_begin_two_hours_sooner_or_later()
    {
        var zone = new UserZone("UTC", UserZone.Workspace, Instant.Earliest, null);
        SentRecord[] sends = [Sent("2026-11-24T23:00Z")];

        var verdict = Caps.Check(Daily(1), Utc("2026-11-25T10:00Z"), zone, sends);
        Assert.Equal((false, Utc("2026-11-25T22:00Z")), (verdict.Passed, verdict.RetryAt));
        Assert.True(Caps.Check(Daily(1), Utc("2026-11-25T10:00Z"), Known("UTC"), sends).Passed);
        Assert.True(Caps.Check(Daily(1), Utc("2026-11-26T02:00Z"), zone, sends).Passed);
    }

    [Theory]
    [InlineData("2026-11-24T17:59:59.999Z", false)]
    [InlineData("2026-11-24T18:00Z", true)]
    public void The_gap_runs_from_the_last_send_over_any_channel(string at, bool passed)
    {
        SentRecord[] sends = [Sent("2026-11-24T01:00Z"), Sent("2026-11-24T10:00Z", "in_app")];

        var verdict = Caps.MinGap("gap", TimeSpan.FromHours(8), Utc(at), sends);

        Assert.Equal((passed, passed ? null : Utc("2026-11-24T18:00Z")), (verdict.Passed, verdict.RetryAt));
        Assert.Equal(HoldReason.MinGap, verdict.Code);
    }

    [Fact]
    public void Every_limit_that_a_channel_falls_under_says_its_word()
    {
        var at = Utc("2026-11-24T22:00Z");
        SentRecord[] sends = [Sent("2026-11-24T16:00Z")];

        var verdicts = Guardrail.CheckAll(WorkspaceSettings.Defaults, "push", at, Known("UTC"), sends);

        Assert.Equal(["grd_quiet", "grd_push_day", "grd_overall_week", "grd_workspace"], verdicts.Select(verdict => verdict.Id));
        Assert.Equal([false, false, true, false], verdicts.Select(verdict => verdict.Passed));
        Assert.All(verdicts, verdict => Assert.Contains(verdict.Code, new[] { "quiet_hours", "cap_channel", "cap_overall", "min_gap" }));
    }

    [Fact]
    [Trait("proves", "R5")]
    public void Whoever_obeys_never_passes_a_cap_in_any_local_day_or_week() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 60 * 24 * 350], Gen.Int[20, 600]).Sample(
            (id, start, step) =>
            {
                var rails = WorkspaceSettings.Defaults;
                var sends = new List<SentRecord>();
                for (var i = 0; i < 200; i++)
                {
                    var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start + (i * step));
                    var channel = ProgramJson.Channels[i * 7 % 5];
                    if (Guardrail.CheckAll(rails, channel, at, Known(id), sends.ToArray()).All(verdict => verdict.Passed))
                    {
                        sends.Add(new SentRecord(at, channel, "p", "m"));
                    }
                }

                var days = sends.GroupBy(send => (send.Channel, LocalTime.DateOf(send.At, id)));
                var weeks = sends.GroupBy(send => LocalTime.Monday(LocalTime.DateOf(send.At, id)));
                return days.All(day => day.Count() <= (day.Key.Channel == "in_app" ? 3 : 1))
                    && weeks.All(week => week.Count() <= 5 && week.Count(send => send.Channel == "email") <= 3 && week.Count(send => send.Channel == "sms") <= 1)
                    && sends.All(send => send.Channel == "in_app" || LocalTime.HourOf(send.At, id) is >= 8 and < 21)
                    && sends.Zip(sends.Skip(1)).All(pair => pair.Second.At - pair.First.At >= TimeSpan.FromHours(8));
            },
            iter: 300,
            seed: "0000KOIPe182");

    [Fact]
    public void The_moment_named_for_a_retry_is_the_first_that_passes() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 60 * 24 * 350], Gen.Int[0, 2], Gen.Int[1, 3], Gen.Int[0, 4000].Array[1, 8]).Sample(
            (id, start, period, count, ages) =>
            {
                var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start);
                var cap = new Cap("cap", null, count, (CapPeriod)period, 36);
                var sends = ages.Order().Reverse().Select(age => new SentRecord(at - TimeSpan.FromMinutes(age), "push", "p", "m")).ToArray();
                var verdict = Caps.Check(cap, at, Known(id), sends);
                return verdict.Passed
                    || (verdict.RetryAt is { } retry && Caps.Check(cap, retry, Known(id), sends).Passed
                        && !Caps.Check(cap, retry - TimeSpan.FromMilliseconds(1), Known(id), sends).Passed);
            },
            iter: 5_000,
            seed: "0000KOIPe182");

    [Fact]
    public void After_a_change_of_zone_the_moment_named_for_a_retry_is_the_first_that_passes() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 60 * 24 * 350], Gen.Int[0, 60 * 24 * 8], Gen.Int[0, 2], Gen.Int[0, 4000].Array[1, 8]).Sample(
            (id, earlier, start, sinceChange, period, ages) =>
            {
                var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start);
                var zone = new UserZone(id, "event", at - TimeSpan.FromMinutes(sinceChange), earlier);
                var cap = new Cap("cap", null, 1, (CapPeriod)period, 36);
                var sends = ages.Order().Reverse().Select(age => new SentRecord(at - TimeSpan.FromMinutes(age), "push", "p", "m")).ToArray();
                var verdict = Caps.Check(cap, at, zone, sends);
                return verdict.Passed
                    || (verdict.RetryAt is { } retry && Caps.Check(cap, retry, zone, sends).Passed
                        && !Caps.Check(cap, retry - TimeSpan.FromMilliseconds(1), zone, sends).Passed);
            },
            iter: 20_000,
            seed: "0000KOIPe182");

    static Cap Daily(int count) => new("day", "push", count, CapPeriod.LocalDay, 0);

    static SentRecord Sent(string at, string channel = "push") => new(Utc(at), channel, "prg", "msg");
}
