using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;
using CsCheck;
using static Aampe.Agents.Core.Tests.Guarding.GuardrailZones;

namespace Aampe.Agents.Core.Tests.Guarding;

/// <summary>Limits beyond caps, gap and daily quiet hours.</summary>
public sealed class GuardrailKindsTests
{
    static readonly Instant noon = Utc("2026-11-24T12:00Z");

    static SentRecord Sent(string at, string channel = "push", string program = "p", string message = "m") => new(Utc(at), channel, program, message);

    static IntendedSend Send(Instant at, params SentRecord[] sends) => new() { Channel = "push", At = at, Zone = Known("UTC"), Sends = [.. sends] };

    static GuardrailVerdict Only(Guardrails rails, IntendedSend send) => Assert.Single(Guardrail.CheckAll(rails, send));

    [Theory]
    [InlineData("2026-12-23T23:59:59.999Z", "push", true)]
    [InlineData("2026-12-24T00:00Z", "push", false)]
    [InlineData("2026-12-26T23:59:59.999Z", "push", false)]
    [InlineData("2026-12-27T00:00Z", "push", true)]
    public void A_blackout_is_silent_from_its_first_moment_to_before_its_last(string at, string channel, bool passed)
    {
        var rails = new Guardrails { Blackouts = [new Blackout("xmas", Utc("2026-12-24T00:00Z"), Utc("2026-12-27T00:00Z"), null)] };
        var verdict = Only(rails, Send(Utc(at)) with { Channel = channel });
        Assert.Equal(("xmas", HoldReason.Blackout, passed, passed ? null : Utc("2026-12-27T00:00Z")), (verdict.Id, verdict.Code, verdict.Passed, verdict.RetryAt));
    }

    [Fact]
    public void A_blackout_of_one_channel_says_nothing_of_another() =>
        Assert.Empty(Guardrail.CheckAll(new Guardrails { Blackouts = [new Blackout("b", Instant.Earliest, Instant.Latest, "email")] }, Send(noon)));

    [Theory]
    [InlineData("2026-11-23T12:00:00.001Z", false)]
    [InlineData("2026-11-23T12:00Z", true)]
    [InlineData("2026-11-24T12:05Z", false)]
    public void Whoever_reached_the_goal_is_left_alone_for_a_while(string goal, bool passed)
    {
        var verdict = Only(new Guardrails { RestAfterGoal = TimeSpan.FromHours(24) }, Send(noon) with { LastGoal = Utc(goal) });
        Assert.Equal((HoldReason.RecentlyConverted, passed, passed ? null : Utc(goal) + TimeSpan.FromHours(24)), (verdict.Code, verdict.Passed, verdict.RetryAt));
        Assert.True(Only(new Guardrails { RestAfterGoal = TimeSpan.FromHours(24) }, Send(noon)).Passed);
    }

    [Fact]
    public void A_rule_of_suppression_without_a_user_suppresses() =>
        Assert.Equal((HoldReason.SuppressedUser, false), (Only(new Guardrails { SuppressWhen = new Core.Audiences.AudienceRule.Seen(1) }, Send(noon)) is var verdict ? verdict.Code : "", verdict.Passed));

    [Fact]
    public void A_cap_of_a_category_counts_and_stops_that_category_alone()
    {
        var rails = new Guardrails { Caps = [new Cap("ads", null, 1, CapPeriod.LocalDay, 0) { Category = "marketing" }] };
        var sends = new[] { Sent("2026-11-24T10:00Z", message: "receipt") };
        var send = Send(noon, sends) with { CategoryOf = one => one.MessageId == "receipt" ? "transactional" : one.MessageId == "ad" ? "marketing" : null };

        Assert.True(Only(rails, send).Passed);
        Assert.False(Only(rails, send with { Sends = [Sent("2026-11-24T10:00Z", message: "ad")] }).Passed);
        // What nobody knows the category of counts for every one.
        Assert.False(Only(rails, send with { Sends = [Sent("2026-11-24T10:00Z", program: "", message: "")] }).Passed);
        Assert.Empty(Guardrail.CheckAll(rails, send with { Category = "service" }));
    }

    [Fact]
    public void A_cap_of_a_program_counts_its_own_sends_unless_it_says_all()
    {
        var sends = new[] { Sent("2026-11-24T09:00Z", program: "other"), Sent("2026-11-24T10:00Z", program: "") };
        var own = new Guardrails { Caps = [new Cap("c", null, 1, CapPeriod.LocalDay, 0)] };
        var all = new Guardrails { Caps = [own.Caps[0] with { CountsAll = true }] };

        Assert.Equal((true, 0.0), (Only(own, Send(noon, sends) with { Program = "mine" }).Passed, Only(own, Send(noon, sends) with { Program = "mine" }).Value));
        Assert.Equal(2.0, Only(all, Send(noon, sends) with { Program = "mine" }).Value);
        Assert.Equal(2.0, Only(own, Send(noon, sends)).Value);
        Assert.False(Only(own, Send(noon, [.. sends, Sent("2026-11-24T11:00Z", program: "mine")]) with { Program = "mine" }).Passed);
    }

    [Theory]
    [InlineData("2026-11-27T21:59Z", false)] // Friday
    [InlineData("2026-11-27T22:00Z", true)]
    [InlineData("2026-11-28T05:59Z", true)] // begun on Friday
    [InlineData("2026-11-28T06:00Z", false)]
    [InlineData("2026-11-28T23:00Z", false)]
    [InlineData("2026-11-29T23:00Z", false)]
    public void Quiet_hours_of_some_days_begin_on_those(string at, bool quiet)
    {
        var window = new QuietHours("fri", new TimeOnly(22, 0), new TimeOnly(6, 0), []) { Days = [DayOfWeek.Friday] };
        Assert.Equal(quiet, Quiet.IsQuiet(Utc(at), Known("UTC"), [window], "push"));
    }

    [Fact]
    public void A_quiet_weekend_ends_on_monday()
    {
        var window = new QuietHours("weekend", TimeOnly.MinValue, TimeOnly.MinValue, []) { Days = [DayOfWeek.Saturday, DayOfWeek.Sunday] };
        Assert.Equal(Utc("2026-11-29T23:00Z"), Quiet.NextAllowed(Utc("2026-11-28T10:00Z"), Known("Europe/Berlin"), [window], "push"));
        Assert.Equal(Utc("2026-11-27T10:00Z"), Quiet.NextAllowed(Utc("2026-11-27T10:00Z"), Known("Europe/Berlin"), [window], "push"));
        // Where the zone is only the workspace's, two hours more each side.
        var unsure = new UserZone("UTC", UserZone.Workspace, Instant.Earliest, null);
        Assert.True(Quiet.IsQuiet(Utc("2026-11-27T22:00Z"), unsure, [window], "push"));
        Assert.False(Quiet.IsQuiet(Utc("2026-11-27T21:59Z"), unsure, [window], "push"));
        Assert.True(Quiet.IsQuiet(Utc("2026-11-30T01:59Z"), unsure, [window], "push"));
        Assert.False(Quiet.IsQuiet(Utc("2026-11-30T02:00Z"), unsure, [window], "push"));
        Assert.Null(Quiet.NextAllowed(Utc("2026-11-27T10:00Z"), Known("UTC"), [window, window with { Days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday] }], "push"));
    }

    [Fact]
    public void The_next_open_moment_is_the_first_that_is_neither_quiet_nor_black() =>
        Gen.Select(Gen.OneOf(All.Select(Gen.Const).ToArray()), Gen.Int[0, 1439], Gen.Int[0, 1439], Gen.Int[0, 6], Gen.Int[0, 60 * 24 * 365], Gen.Select(Gen.Int[-600, 3_000], Gen.Int[1, 3_000]).Array[0, 3]).Sample(
            (id, from, to, day, start, spans) =>
            {
                var at = Utc("2026-01-01T00:00Z") + TimeSpan.FromMinutes(start);
                Guardrails[] rails =
                [
                    new() { Quiet = [new QuietHours("q", new TimeOnly(0, 0).AddMinutes(from), new TimeOnly(0, 0).AddMinutes(to), []) { Days = [(DayOfWeek)day, (DayOfWeek)((day + 3) % 7)] }] },
                    new() { Blackouts = [.. spans.Select(span => new Blackout("b", at + TimeSpan.FromMinutes(span.Item1), at + TimeSpan.FromMinutes(span.Item1 + span.Item2), null))] },
                ];
                bool IsOpen(Instant moment) => rails.All(one => Guardrail.CheckAll(one, Send(moment) with { Zone = Known(id) }).All(verdict => verdict.Passed));
                var next = Quiet.NextOpen(at, Known(id), rails, "push");
                Assert.True(next is { } found && IsOpen(found));
                for (var i = 0; i < 24; i++)
                {
                    Assert.True(next == at || !IsOpen(at + ((next.Value - at) * (i / 24.0))));
                }
            },
            iter: 400,
            seed: "0000nextop01");

    [Fact]
    public void A_message_has_a_count_and_a_rest_of_its_own()
    {
        var message = Programs.ProgramsExample.Program.Messages[0] with { Id = "m", MaxPerUser = 2, MaxPerUserDays = 7, CooldownDays = 2 };
        SentRecord[] sends = [Sent("2026-11-18T12:00Z"), Sent("2026-11-20T12:00Z"), Sent("2026-11-24T11:00Z", message: "n"), Sent("2026-11-24T11:00Z", program: "q")];

        var counted = MessageLimits.Check(message, "p", noon, sends);
        Assert.Equal((HoldReason.CapMessage, false, 2.0, Utc("2026-11-25T12:00:00.001Z")), (counted.Code, counted.Passed, counted.Value, counted.RetryAt));
        Assert.True(MessageLimits.Check(message, "p", counted.RetryAt!.Value, sends).Passed);
        Assert.False(MessageLimits.Check(message, "p", counted.RetryAt.Value - TimeSpan.FromMilliseconds(1), sends).Passed);
        var resting = MessageLimits.Check(message with { MaxPerUser = null }, "p", Utc("2026-11-22T11:59Z"), sends);
        Assert.Equal((false, Utc("2026-11-22T12:00Z")), (resting.Passed, resting.RetryAt));
        Assert.True(MessageLimits.Check(message with { MaxPerUser = null }, "p", Utc("2026-11-22T12:00Z"), sends).Passed);
        Assert.True(MessageLimits.Check(message with { MaxPerUser = null, CooldownDays = null }, "p", noon, sends).Passed);
    }
}
