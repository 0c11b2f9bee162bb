using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using CsCheck;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

public sealed class EffectiveLimitsTests
{
    [Fact]
    public void The_defaults_in_words_and_numbers()
    {
        var effective = EffectiveLimits.Of(WorkspaceSettings.Defaults, null, null);

        Assert.Equal(
            "At most 5 a week over all channels; push at most 1 a day; e-mail at most 3 a week; SMS at most 1 a week; WhatsApp at most 1 a week; in-app at most 3 a day; at least 8 h apart; nothing 21:00–08:00 local, but in-app.",
            effective.Sentence);
        Assert.Equal(new MostAllowed("", 4, 5), effective.Most[0]);
        Assert.Equal(new MostAllowed("push", 1, 5), effective.Most.Single(one => one.Channel == "push"));
        Assert.Equal(new MostAllowed("sms", 1, 1), effective.Most.Single(one => one.Channel == "sms"));
        Assert.Empty(effective.Clashes);
    }

    [Fact]
    public void A_limit_that_another_is_always_reached_before_is_not_said()
    {
        var program = new Guardrails { Id = "p", Caps = [new Cap("loose", "push", 10, CapPeriod.LocalWeek, 0), new Cap("tight", "push", 2, CapPeriod.LocalWeek, 0)], MinGap = TimeSpan.FromHours(24), RestAfterGoal = TimeSpan.FromHours(48) };

        var effective = EffectiveLimits.Of(WorkspaceSettings.Defaults, program, "push");

        Assert.Equal(
            "At most 5 a week over all channels; push at most 1 a day; push at most 2 a week of this program; at least 8 h apart; nothing 21:00–08:00 local, but in-app; at least 24 h apart; nothing for 48 h after the program's goal.",
            effective.Sentence);
        Assert.False(effective.Limits.Single(limit => limit.Id == "loose").Binds);
        Assert.Equal(("workspace", "program"), (effective.Limits[0].Scope, effective.Limits.Single(limit => limit.Id == "tight").Scope));
    }

    [Fact]
    public void No_limit_is_said_too()
    {
        var effective = EffectiveLimits.Of(Guardrails.None, null, null);
        Assert.Equal("No limit at all.", effective.Sentence);
        Assert.All(effective.Most, most => Assert.Equal((null, null), (most.PerDay, most.PerWeek)));
    }

    [Fact]
    public void Contradictions_are_named_with_what_contradicts()
    {
        var workspace = new Guardrails { Quiet = [new QuietHours("day", new TimeOnly(8, 0), new TimeOnly(20, 0), ["in_app"])], Caps = [new Cap("none", "sms", 0, CapPeriod.LocalDay, 0)] };
        var program = new Guardrails { Quiet = [new QuietHours("night", new TimeOnly(19, 0), new TimeOnly(8, 0), [])], OnBlock = OnBlock.DeferToOpen, MaxDefer = TimeSpan.FromHours(2) };

        var clashes = EffectiveLimits.Of(workspace, program, null).Clashes;

        Assert.Equal(["never_open", "never_open", "never_open", "never_open", "cap_zero", "defer_too_short"], clashes.Select(clash => clash.Code));
        Assert.Equal(["day", "night"], clashes[0].Ids.AsEnumerable());
        Assert.StartsWith("push is never open", clashes[0].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(clashes, clash => clash.Detail.Contains("in-app", StringComparison.Ordinal));
        Assert.Empty(EffectiveLimits.Of(workspace, null, "push").Clashes);
    }

    [Fact]
    public void A_week_is_closed_only_when_every_minute_of_it_is()
    {
        var days = Enum.GetValues<DayOfWeek>();
        var six = new Guardrails { Quiet = [.. days.Take(6).Select(day => new QuietHours("q" + day, TimeOnly.MinValue, TimeOnly.MinValue, []) { Days = [day] })] };
        Assert.Empty(EffectiveLimits.Of(six, null, "push").Clashes);
        var seven = six with { Quiet = six.Quiet.Add(new QuietHours("last", new TimeOnly(0, 0), new TimeOnly(23, 59), []) { Days = [days[6]] }) };
        Assert.Empty(EffectiveLimits.Of(seven, null, "push").Clashes);
        Assert.Single(EffectiveLimits.Of(seven with { Quiet = seven.Quiet.Add(new QuietHours("minute", new TimeOnly(23, 59), new TimeOnly(0, 0), [])) }, null, "push").Clashes);
    }

    [Fact]
    [Trait("proves", "R5")]
    public void Nobody_who_obeys_ever_gets_more_than_the_numbers_say() =>
        Gen.Select(
            Gen.OneOf(All.Select(Gen.Const).ToArray()),
            Gen.Int[0, 60 * 24 * 350],
            Gen.Int[7, 200],
            Gen.Select(Gen.Int[-1, 4], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[1, 200], Gen.Bool).Array[1, 4],
            Gen.Int[0, 30]).Sample(
            (id, start, step, caps, gap) =>
            {
                var rails = new Guardrails
                {
                    Caps = [.. caps.Select((cap, i) => new Cap($"c{i}", cap.Item1 < 0 ? null : ProgramJson.Channels[cap.Item1], cap.Item2, (CapPeriod)cap.Item3, cap.Item4))],
                    MinGap = gap == 0 ? null : TimeSpan.FromHours(gap),
                };
                var effective = EffectiveLimits.Of(rails, null, null);
                var sends = new List<SentRecord>();
                for (var i = 0; i < 120; i++)
                {
                    var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start + ((long)i * step));
                    var channel = ProgramJson.Channels[i * 7 % 5];
                    if (Guardrail.CheckAll(rails, channel, at, Known(id), sends.ToArray()).All(verdict => verdict.Passed))
                    {
                        sends.Add(new SentRecord(at, channel, "p", "m"));
                    }
                }

                foreach (var most in effective.Most)
                {
                    var mine = sends.Where(send => most.Channel.Length == 0 || send.Channel == most.Channel).ToArray();
                    Assert.All(mine.GroupBy(send => LocalTime.DateOf(send.At, id)), day => Assert.True(day.Count() <= (most.PerDay ?? int.MaxValue), $"{day.Count()} a day of {most}"));
                    Assert.All(mine.GroupBy(send => LocalTime.Monday(LocalTime.DateOf(send.At, id))), week => Assert.True(week.Count() <= (most.PerWeek ?? int.MaxValue), $"{week.Count()} a week of {most}"));
                }
            },
            iter: 300,
            seed: "0000effect01");

    [Fact]
    public void A_limit_that_is_said_not_to_bind_changes_nothing() =>
        Gen.Select(Gen.Int[0, 60 * 24 * 350], Gen.Int[7, 300], Gen.Select(Gen.Int[-1, 1], Gen.Int[1, 6], Gen.Int[0, 2], Gen.Int[1, 200], Gen.Bool).Array[2, 4]).Sample(
            (start, step, caps) =>
            {
                var program = new Guardrails { Id = "p", Caps = [.. caps.Select((cap, i) => new Cap($"c{i}", cap.Item1 < 0 ? null : ProgramJson.Channels[cap.Item1], cap.Item2, (CapPeriod)cap.Item3, cap.Item4) { CountsAll = cap.Item5 })] };
                var binding = EffectiveLimits.Of(Guardrails.None, program, null).Limits.Where(limit => limit.Binds).Select(limit => limit.Id).ToHashSet();
                var sends = new List<SentRecord>();
                for (var i = 0; i < 120; i++)
                {
                    var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start + ((long)i * step));
                    var send = new IntendedSend { Channel = ProgramJson.Channels[i * 7 % 3], At = at, Zone = Known("America/New_York"), Sends = [.. sends], Program = "p" };
                    var verdicts = Guardrail.CheckAll(program, send);
                    Assert.Equal(verdicts.All(verdict => verdict.Passed), verdicts.Where(verdict => binding.Contains(verdict.Id)).All(verdict => verdict.Passed));
                    if (verdicts.All(verdict => verdict.Passed))
                    {
                        sends.Add(new SentRecord(at, send.Channel, i % 4 == 0 ? "other" : "p", "m"));
                    }
                }
            },
            iter: 300,
            seed: "0000binds001");

    [Fact]
    public void Two_users_on_two_sides_of_the_world_have_other_open_hours()
    {
        var at = Utc("2026-01-01T10:00Z");
        Guardrails[] rails = [WorkspaceSettings.Defaults];
        var auckland = WeekCalendar.Of(rails, "push", Known("Pacific/Auckland"), at);
        var angeles = WeekCalendar.Of(rails, "push", Known("America/Los_Angeles"), at);

        Assert.Equal((new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1)), (auckland[0].Date, angeles[0].Date));
        foreach (var day in auckland.Concat(angeles))
        {
            Assert.All(day.Hours.Select((state, hour) => (state, hour)), one => Assert.Equal(one.hour is >= 8 and < 21 ? HourState.Open : HourState.Quiet, one.state));
        }

        // 10:00 UTC on New Year's Day is 23:00 in Auckland, daylight time, and 02:00 in Los Angeles, standard time: both asleep, and the one opens nine hours after the other closes.
        Assert.Equal((Utc("2026-01-01T19:00Z"), Utc("2026-01-01T16:00Z")),
            (Quiet.NextOpen(at, Known("Pacific/Auckland"), rails, "push"), Quiet.NextOpen(at, Known("America/Los_Angeles"), rails, "push")));
    }

    [Theory]
    [InlineData("America/Los_Angeles", "2026-03-08T12:00Z", 2, HourState.Skipped)] // 02:00 to 03:00 is skipped
    [InlineData("America/Los_Angeles", "2026-11-01T12:00Z", 1, HourState.Open)] // 01:00 to 02:00 comes twice
    [InlineData("Pacific/Auckland", "2026-09-26T20:00Z", 2, HourState.Skipped)]
    [InlineData("Australia/Lord_Howe", "2026-10-03T20:00Z", 2, HourState.Open)] // half of it is skipped
    public void The_calendar_shows_the_hour_that_the_clock_skips(string zone, string at, int hour, HourState state)
    {
        var week = WeekCalendar.Of([Guardrails.None], "push", Known(zone), Utc(at));
        Assert.Equal(state, week[0].Hours[hour]);
        Assert.Equal(state == HourState.Skipped ? 1 : 0, week.Sum(day => day.Hours.Count(one => one == HourState.Skipped)));
    }

    [Fact]
    public void Blackouts_and_parts_of_hours_are_told_apart()
    {
        Guardrails[] rails = [new() { Quiet = [new QuietHours("q", new TimeOnly(21, 30), new TimeOnly(23, 0), [])], Blackouts = [new Blackout("b", Utc("2026-11-25T00:00Z"), Utc("2026-11-25T12:00Z"), null)] }];
        var week = WeekCalendar.Of(rails, "push", Known("UTC"), Utc("2026-11-24T12:00Z"));
        Assert.Equal((HourState.Open, HourState.Partly, HourState.Quiet, HourState.Open), (week[0].Hours[20], week[0].Hours[21], week[0].Hours[22], week[0].Hours[23]));
        Assert.Equal((HourState.Blackout, HourState.Open), (week[1].Hours[11], week[1].Hours[12]));
    }
}
