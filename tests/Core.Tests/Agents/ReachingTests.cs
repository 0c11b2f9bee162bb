using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>Audience, suppression, shadow, ramp, validity and deferral on whole lives: at the decision and again at the hand-over.</summary>
public sealed class ReachingTests
{
    static readonly Instant now = SomeLife.Monday;
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    static ProgramDefinition Program(string id = "basket") => SomeProgram.Of(id).AlwaysSends();

    static SomeLife Life(WorkspaceSettings settings, params ProgramDefinition[] programs) => new SomeLife(SomeProgram.Rules(settings, programs)).Seen(now - hour);

    static SomeLife Life(params ProgramDefinition[] programs) => Life(new WorkspaceSettings { Guardrails = Guardrails.None }, programs);

    static AudienceRule Rule(string words) => Assert.IsType<AudienceRuleParse.Ok>(AudienceText.Parse(words)).Rule;

    static string Reason(SomeLife life, LiveDecision decision) => string.Join(',', life.RecordOf(decision.Id)["reasons"]!.AsArray().Select(reason => reason!["code"]!.GetValue<string>()));

    static string Held((LiveDecision Decision, JsonArray Reasons) activated) => string.Join(',', activated.Reasons.Select(reason => reason!["code"]!.GetValue<string>()));

    [Fact]
    public void Who_is_outside_the_audience_is_held_before_any_arm()
    {
        var program = Program() with { Audience = Rule("country is FR") };
        var life = Life(program.Arms(0, 0, 0, 1));
        Assert.Equal("not_in_audience", Reason(life, life.Ask(now).Decision));
        Assert.Null(life.State.Decisions[^1].TreatedAt);

        life = Life(program);
        life.Observe(now, SomeEvents.Identify(now, """{"country":"FR"}"""));
        var open = life.Ask(now + hour).Decision;
        Assert.True(open.IsSend);
        life.Observe(now + 2 * hour, SomeEvents.Identify(now + 2 * hour, """{"country":"DE"}"""));
        Assert.Equal("not_in_audience", Held(life.Activate(now + 3 * hour, open.Id)));
    }

    [Fact]
    public void A_rule_of_suppression_holds_at_both_gates_and_by_both_documents()
    {
        var suppress = new Guardrails { Id = "care", SuppressWhen = Rule("complaint is open") };
        foreach (var life in new[] { Life(new WorkspaceSettings { Guardrails = suppress }, Program()), Life(Program() with { Guardrails = suppress }) })
        {
            var open = life.Ask(now).Decision;
            life.Observe(now + hour, SomeEvents.Identify(now + hour, """{"complaint":"open"}"""));
            var (_, reasons) = life.Activate(now + 2 * hour, open.Id);
            Assert.Equal(("suppressed_user", "care"), (reasons.Single()!["code"]!.GetValue<string>(), reasons.Single()!["guardrailId"]!.GetValue<string>()));
            Assert.Equal("suppressed_user", Reason(life, life.Ask(now + 3 * hour, "", "push").Decision));
        }
    }

    [Fact]
    public void After_the_goal_there_is_rest()
    {
        var life = Life(Program() with { Guardrails = new Guardrails { RestAfterGoal = TimeSpan.FromHours(24) } });
        var open = life.Ask(now).Decision;
        life.Observe(now + hour, SomeEvents.Track("order_placed", now + hour));
        Assert.Equal("recently_converted", Held(life.Activate(now + 2 * hour, open.Id)));
        Assert.True(life.Ask(now + 25 * hour).Decision.IsSend);
    }

    [Fact]
    public void A_message_that_is_taken_back_is_held_where_it_waits_and_never_drawn_again()
    {
        var program = Program().OnlyOver("push");
        var life = Life(program);
        var open = life.Ask(now).Decision;
        var withdrawn = program with { Messages = [.. program.Messages.Select(message => message.Id == open.Message ? message with { Withdrawn = true } : message)] };
        life.Rules = SomeProgram.Rules(new WorkspaceSettings { Guardrails = Guardrails.None }, withdrawn);
        Assert.Equal("message_withdrawn", Held(life.Activate(now + hour, open.Id)));
        for (var i = 0; i < 40; i++)
        {
            var next = life.Ask(now + ((2 + (7 * i)) * hour)).Decision;
            Assert.True(next.IsSend);
            Assert.NotEqual(open.Message, next.Message);
        }
    }

    [Fact]
    public void A_message_goes_only_in_its_days()
    {
        var program = Program() with { Messages = [.. Program().Messages.Select(message => message with { ValidFrom = now, ValidTo = now + 2 * hour })] };
        var life = Life(program);
        Assert.Equal("no_eligible_message", Reason(life, life.Ask(now - TimeSpan.FromMinutes(1), "", "in_app").Decision));
        var open = life.Ask(now, "", "push").Decision;
        Assert.True(open.IsSend);
        Assert.Equal("message_withdrawn", Held(life.Activate(now + 2 * hour, open.Id)));
    }

    [Fact]
    public void A_message_that_went_often_enough_waits_at_both_gates()
    {
        var program = Program() with { Messages = [.. Program().Messages.Take(1).Select(message => message with { CooldownDays = 2 })] };
        var life = Life(program);
        var first = life.Ask(now, "", "push").Decision;
        var second = life.Ask(now, "").Decision;
        Assert.Equal("", Held(life.Activate(now, first.Id)));
        Assert.Equal("cap_message", Held(life.Activate(now, second.Id)));
        var held = life.Ask(now + hour).Decision;
        Assert.Equal("cap_message", Reason(life, held));
        Assert.True(life.Ask(now + TimeSpan.FromDays(2)).Decision.IsSend);
    }

    [Fact]
    [Trait("proves", "U8")]
    public void A_shadow_decides_as_it_would_and_activates_nothing()
    {
        for (var user = 0; user < 60; user++)
        {
            var program = SomeProgram.Of().WithHoles().Arms(6, 2, 1, 1);
            var lives = new[] { ProgramMode.Active, ProgramMode.Shadow }
                .Select(mode => new SomeLife(SomeProgram.Rules(program with { Mode = mode }), $"u:{user}").Seen(now - hour)).ToArray();
            var records = lives.Select(life =>
            {
                var record = life.RecordOf(life.Ask(now).Decision.Id);
                Assert.True(Replaying.Of(life.Decisions[^1].Record, program).Identical);
                return record;
            }).ToArray();
            Assert.Equal(("live", "shadow"), (records[0]["mode"]!.GetValue<string>(), records[1]["mode"]!.GetValue<string>()));
            records[0].Remove("mode");
            records[1].Remove("mode");
            Assert.Equal(records[0].ToJsonString(), records[1].ToJsonString());

            var shadow = lives[1];
            if (shadow.State.Decisions[^1].IsSend)
            {
                Assert.Equal("shadow", Held(shadow.Activate(now, shadow.State.Decisions[^1].Id)));
            }

            shadow.AdvanceTo(now + TimeSpan.FromDays(14));
            Assert.Empty(shadow.State.Sends);
            Assert.Empty(shadow.Outbox);
            Assert.True(shadow.Decisions.Count > 3);
            Assert.DoesNotContain(shadow.Journal, entry => entry["kind"]!.GetValue<string>() == "activation");
        }
    }

    [Fact]
    public void A_shadow_takes_no_place_of_a_program_that_acts()
    {
        var life = Life(Program("a") with { Mode = ProgramMode.Shadow, Priority = 1 }, Program("b"));
        var first = life.Ask(now);
        Assert.Equal(("b", true), (first.Decision.Program, first.Decision.IsSend));
        Assert.Equal(2, life.Decisions.Count);
        Assert.Equal((first.Decision.Id, 2), (life.Ask(now + hour).Decision.Id, life.Decisions.Count));
        Assert.Equal("", Held(life.Activate(now + hour, first.Decision.Id)));
        // Asked by its name it answers for itself, the same while its decision would be open.
        var watched = life.Ask(now + hour, "a").Decision;
        Assert.Equal(("a", watched.Id), (watched.Program, life.Ask(now + 2 * hour, "a").Decision.Id));
        life.AdvanceTo(now + TimeSpan.FromDays(3));
        Assert.Contains(life.State.Sends, send => send.ProgramId == "b");
        Assert.DoesNotContain(life.State.Sends, send => send.ProgramId == "a");
        Assert.DoesNotContain(life.Decisions, made => JsonNode.Parse(made.Record)!["reasons"]!.AsArray().Any(reason => reason!["code"]!.GetValue<string>() == "outranked"));
    }

    [Fact]
    public void A_ramp_only_adds_users_and_moves_nobody_between_arms()
    {
        var program = SomeProgram.Of().Arms(1, 1, 0, 0);
        var rules = new ProgramRules(program, CohortSnapshot.None("basket"), SomeProgram.Grace);
        var (before, reached) = (new HashSet<int>(), 0);
        foreach (var percent in new[] { 1, 10, 25, 50, 99, 100 })
        {
            var now = Enumerable.Range(0, 4_000).Where(user => Reaching.IsRamped(program with { RampPercent = percent }, $"user-{user}")).ToHashSet();
            Assert.Superset(before, now);
            before = now;
            reached = now.Count;
            // Three standard deviations of a binomial share.
            Assert.InRange(now.Count, (40 * percent) - (3 * Math.Sqrt(0.4 * percent * (100 - percent))) - 1e-9, (40 * percent) + (3 * Math.Sqrt(0.4 * percent * (100 - percent))) + 1e-9);
            var agentic = now.Count(user => rules.ArmOf($"user-{user}") == Arms.Agentic);
            Assert.InRange(agentic, (now.Count / 2.0) - (1.5 * Math.Sqrt(now.Count)), (now.Count / 2.0) + (1.5 * Math.Sqrt(now.Count)));
        }

        Assert.Equal(4_000, reached);
        var outside = Enumerable.Range(0, 1_000).First(user => !Reaching.IsRamped(program with { RampPercent = 10 }, $"{user}"));
        var life = new SomeLife(SomeProgram.Rules(program with { RampPercent = 10 }), $"u:{outside}").Seen(now - hour);
        Assert.Equal("ramp", Reason(life, life.Ask(now).Decision));
        life = new SomeLife(SomeProgram.Rules(program.AlwaysSends()), $"u:{outside}").Seen(now - hour);
        var open = life.Ask(now).Decision;
        life.Rules = SomeProgram.Rules(program.AlwaysSends() with { RampPercent = 10 });
        Assert.Equal("ramp", Held(life.Activate(now, open.Id)));
    }

    [Fact]
    public void A_contact_that_only_quiet_hours_stop_waits_for_their_end()
    {
        // The whole time in which the agent would speak by itself is quiet.
        var rails = new Guardrails { Quiet = [new QuietHours("day", new TimeOnly(8, 0), new TimeOnly(20, 30), [])], OnBlock = OnBlock.DeferToOpen, MaxDefer = TimeSpan.FromHours(13) };
        var program = Program().OnlyOver("push") with { Sets = [.. Program().Sets.Where(set => set.Dimension != Dimension.Slot)] };
        var life = Life(new WorkspaceSettings { Guardrails = rails }, program);
        life.AdvanceTo(now + TimeSpan.FromDays(2));
        var sent = Assert.Single(Sends(life));
        Assert.InRange(LocalTime.Of(sent, "Europe/Berlin").TimeOfDay, new TimeSpan(20, 30, 0), new TimeSpan(20, 45, 0));
        Assert.Contains(life.Journal, entry => entry["kind"]!.GetValue<string>() == "planned" && entry["next"]!["deferredFrom"] is not null);

        var shorter = Life(new WorkspaceSettings { Guardrails = rails with { MaxDefer = hour / 4 } }, program);
        shorter.AdvanceTo(now + TimeSpan.FromDays(2));
        var holding = Life(new WorkspaceSettings { Guardrails = rails with { OnBlock = OnBlock.Hold } }, program);
        holding.AdvanceTo(now + TimeSpan.FromDays(2));
        Assert.Empty(Sends(holding));
        Assert.Empty(Sends(shorter));

        static IEnumerable<Instant> Sends(SomeLife life) => life.Decisions.Where(made => JsonNode.Parse(made.Record)!["verdict"]!.GetValue<string>() == "send").Select(made => made.At);
    }

    [Fact]
    public void A_row_of_the_outbox_waits_too_but_never_past_its_expiry()
    {
        var program = Program().OnlyOver("push");
        foreach (var (length, waits) in new[] { (3, true), (8, false) })
        {
            var life = Life(program);
            life.AdvanceTo(now + TimeSpan.FromDays(1.5));
            var row = Assert.Single(life.State.Decisions, decision => decision.Stage == DecisionStage.Scheduled);
            var at = row.DecidedAt + hour;
            var black = new Guardrails { Blackouts = [new Blackout("stop", at - hour / 2, at + (length * hour), null)], OnBlock = OnBlock.DeferToOpen };
            life.Rules = SomeProgram.Rules(new WorkspaceSettings { Guardrails = black }, program);
            Assert.False(life.Do(at, step => Handovers.Gate(step, row.Id)).Granted);
            var stage = life.State.Find(row.Id)!.Stage;
            Assert.Equal(waits ? DecisionStage.Scheduled : DecisionStage.Held, stage);
            if (waits)
            {
                var due = life.Outbox[row.Id].Due!.Value;
                Assert.InRange((due - at).TotalHours, length, length + 0.25);
                Assert.True(life.Do(due, step => Handovers.Gate(step, row.Id)).Granted);
            }
        }
    }

    [Fact]
    [Trait("proves", "R7")]
    public void A_denial_of_a_purpose_reaches_what_waits_at_once_and_nothing_else()
    {
        var service = Program() with { Messages = [.. Program().Messages.Select(message => message with { Category = "transactional" })] };
        var life = Life(Program("ads"), service);
        var ad = life.Ask(now, "ads", "push").Decision;
        var receipt = life.Ask(now, "basket", "push").Decision;
        life.Do(now, step => Consenting.State(step, new ConsentEntry("push", "marketing", "denied", now, "form", "")));
        Assert.Equal((DecisionStage.Held, DecisionStage.Open), (life.State.Find(ad.Id)!.Stage, life.State.Find(receipt.Id)!.Stage));
        // Transactional messages need no consent to marketing but obey a denial of service.
        life.Do(now + hour, step => Consenting.State(step, new ConsentEntry("*", "service", "denied", now + hour, "form", "")));
        Assert.Equal(DecisionStage.Held, life.State.Find(receipt.Id)!.Stage);
    }

    [Fact]
    public void What_is_looked_at_changes_nothing_and_says_what_is_left()
    {
        var settings = new WorkspaceSettings { Guardrails = WorkspaceSettings.Defaults with { MinGap = null } };
        var life = Life(settings, Program() with { Guardrails = new Guardrails { Id = "own", Caps = [new Cap("own_week", "push", 2, CapPeriod.LocalWeek, 0)] } });
        life.Activate(now, life.Ask(now, "", "push").Decision.Id);
        var before = life.Bytes();
        var view = LimitsView.Write(life.State, life.Rules, life.Rules.Programs[0], "push", "marketing", now + hour);

        Assert.Equal(before, life.Bytes());
        Assert.Equal(("ada", "2026-03-02T14:00:00.000+01:00", false), (view["userId"]!.GetValue<string>(), view["localTime"]!.GetValue<string>(), view["passed"]!.GetValue<bool>()));
        var verdicts = view["verdicts"]!.AsArray().ToDictionary(one => $"{one!["id"]} {one["code"]}", one => one!);
        Assert.Equal((false, 1.0, 0.0), (verdicts["grd_push_day cap_channel"]["passed"]!.GetValue<bool>(), verdicts["grd_push_day cap_channel"]["value"]!.GetValue<double>(), verdicts["grd_push_day cap_channel"]["left"]!.GetValue<double>()));
        Assert.Equal(("program", "push at most 2 a week of this program", 1.0), (verdicts["own_week cap_channel"]["scope"]!.GetValue<string>(), verdicts["own_week cap_channel"]["text"]!.GetValue<string>(), verdicts["own_week cap_channel"]["left"]!.GetValue<double>()));
        Assert.Equal(("event", "Europe/Berlin"), (view["timeZone"]!["source"]!.GetValue<string>(), view["timeZone"]!["id"]!.GetValue<string>()));
        Assert.Equal(7, view["calendar"]!.AsArray().Count);
        Assert.True(LimitsView.Write(life.State, life.Rules, null, "in_app", "marketing", now + hour)["passed"]!.GetValue<bool>());
    }
}
