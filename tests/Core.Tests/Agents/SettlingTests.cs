using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Agents;

public sealed class SettlingTests
{
    static readonly Instant held = SomeLife.Monday;
    static readonly Instant settled = held + TimeSpan.FromDays(4);

    [Fact]
    public void A_user_who_was_held_is_not_among_its_own_controls()
    {
        var program = SomeProgram.Of();
        var ada = Agent("u:ada") with { Decisions = [SomeDecisions.Hold(program.Id, held)] };
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var agent in (AgentState[])[ada, .. Enumerable.Range(1, 5).Select(i => Agent($"u:other{i}"))])
        {
            fold.Add(agent);
        }

        var snapshot = fold.Finish();
        var step = new AgentStep(ada, SomeProgram.Rules(program).Knowing(_ => snapshot), settled);
        Settling.SettleDue(step);

        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
        Assert.Equal((6, "identified", 5), (snapshot.Controls.Length, (string?)receipt["state"], (int?)receipt["controls"]!["k"]));
    }

    /// <summary>A fold of the end of the window has not heard of what the controls did late; with it every effect would come out too high.</summary>
    [Fact]
    public void An_effect_waits_for_a_fold_as_late_as_itself()
    {
        var program = SomeProgram.Of();
        var state = Agent("u:ada") with { Decisions = [SomeDecisions.Hold(program.Id, held)] };
        var matures = held + program.Goal.Window + SomeProgram.Grace;
        Assert.Empty(Settled(matures, FoldAt(matures - TimeSpan.FromMilliseconds(1))));
        Assert.Single(Settled(matures, FoldAt(matures)));

        IReadOnlyList<FinalEffect> Settled(Instant at, CohortSnapshot cohort)
        {
            var step = new AgentStep(state, SomeProgram.Rules(program).Knowing(_ => cohort), at);
            Settling.SettleDue(step);
            return step.Effects;
        }

        CohortSnapshot FoldAt(Instant asOf)
        {
            var fold = new CohortFold(program, CohortSnapshot.None(program.Id), asOf, SomeProgram.Grace);
            foreach (var other in Enumerable.Range(1, 5))
            {
                fold.Add(Agent($"u:other{other}"));
            }

            return fold.Finish();
        }
    }

    [Fact]
    public void A_triggered_effect_is_measured_at_the_trigger_against_users_with_the_same_one()
    {
        var trigger = held - TimeSpan.FromMinutes(1);
        var receipt = Triggered(Opening("u:ada", trigger), minutes: 20);
        Assert.Equal(("identified", 5, "app_opened"), ((string?)receipt["state"], (int?)receipt["controls"]!["k"], (string?)receipt["trigger"]));
        Assert.Equal(new Instant(trigger.UnixMilliseconds + 1).ToString(), (string?)receipt["tInt"]);

        // All opened the app once, at their own time, and did nothing else: where each is measured at its own trigger nothing is left.
        Assert.Equal(0, (double)receipt["deltaY"]!, 1e-12);
    }

    [Theory]
    [InlineData(true, 90, "FewControls")]
    [InlineData(false, 20, "NotObserved")]
    public void A_triggered_effect_is_not_identified_without_a_trigger(bool own, int minutes, string reason)
    {
        var ada = Opening("u:ada", own ? held - TimeSpan.FromMinutes(1) : held - TimeSpan.FromHours(3));
        Assert.Equal(("notIdentified", reason), ((string?)Triggered(ada, minutes)["state"], (string?)Triggered(ada, minutes)["reason"]));
    }

    [Theory]
    [InlineData(8, "IngestGap")]
    [InlineData(7, null)]
    public void An_outage_of_more_than_a_tenth_of_a_window_leaves_no_effect(int hours, string? reason)
    {
        var program = SomeProgram.Of();
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var control in Enumerable.Range(1, 5))
        {
            fold.Add(Agent($"u:other{control}"));
        }

        var rules = SomeProgram.Rules(program).Knowing(_ => fold.Finish());
        var outage = new Window(held + TimeSpan.FromHours(10), held + TimeSpan.FromHours(10 + hours));
        var step = new AgentStep(Agent("u:ada") with { Decisions = [SomeDecisions.Hold(program.Id, held)] }, new AgentRules(rules.Settings, rules.Programs, "secret") { Outages = [outage] }, settled);
        Settling.SettleDue(step);
        Assert.Equal(reason, (string?)JsonNode.Parse(Assert.Single(step.Effects).Receipt)!["reason"]);
    }

    /// <summary>Three messages in three days: equal windows see a difference of nothing, a long baseline the days before them.</summary>
    [Theory]
    [InlineData(Baseline.Window, false, 12, 0)]
    [InlineData(Baseline.FourWeeks, false, 12, 25)]
    [InlineData(Baseline.Window, true, 12, 25)]
    [InlineData(Baseline.FourWeeks, true, 12, 25)]
    [InlineData(Baseline.FourWeeks, true, 40, 25)]
    public void A_program_says_what_an_effect_is_compared_with(Baseline baseline, bool adjust, int others, int days)
    {
        var program = SomeProgram.Of();
        program = program with { Learning = program.Learning with { Baseline = baseline, Adjust = adjust } };
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var other in Enumerable.Range(1, others))
        {
            fold.Add(Agent($"u:other{other}"));
        }

        var sends = Enumerable.Range(1, 2).Select(day => new SentRecord(held - TimeSpan.FromDays(day), "push", program.Id, "m")).OrderBy(send => send.At);
        var ada = Agent("u:ada") with { Decisions = [SomeDecisions.Hold(program.Id, held)], Sends = [.. sends] };
        var step = new AgentStep(ada, SomeProgram.Rules(program).Knowing(_ => fold.Finish()), settled);
        Settling.SettleDue(step);
        var receipt = JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;

        // Of 28 days the sends reach two, and a send forgotten before the 35 days may have reached the first. With nothing that varies before, four users are
        // enough to fit the mean.
        Assert.Equal(("identified", adjust, days), ((string?)receipt["state"], (bool?)receipt["adjusted"], (int?)receipt["baselineDays"]));
        Assert.Equal(baseline == Baseline.Window ? 24 : 72, (double)receipt["windowHours"]!);
    }

    [Fact]
    public void A_long_baseline_uses_no_day_that_the_fold_or_the_list_of_sends_may_have_forgotten()
    {
        var program = SomeProgram.Of();
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        fold.Add(Agent("u:messaged") with { Sends = [new SentRecord(held - TimeSpan.FromDays(20), "push", program.Id, "m")] });
        fold.Add(Agent("u:new") with { FirstSeen = held - TimeSpan.FromDays(10) });
        var users = fold.Finish().Strata(held, LifecycleState.Active)[1].ToArray().ToDictionary(user => user.Id);

        Assert.Equal(settled - TimeSpan.FromDays(35), users["t/u:messaged"].SendsSince);
        Assert.Equal((Instant.Earliest, held - TimeSpan.FromDays(10)), (users["t/u:new"].SendsSince, users["t/u:new"].CountedSince));
        Assert.Equal((settled - TimeSpan.FromDays(37)).UtcDay, users["t/u:messaged"].CountedSince.UtcDay);
    }

    static JsonNode Triggered(AgentState ada, int minutes)
    {
        var program = SomeProgram.Of();
        var fold = new CohortFold(program, CohortSnapshot.None(program.Id), settled, SomeProgram.Grace);
        foreach (var control in (AgentState[])[.. Enumerable.Range(1, 5).Select(i => Opening($"u:other{i}", held + TimeSpan.FromMinutes(minutes))), Agent("u:orderer")])
        {
            fold.Add(control);
        }

        var state = ada with { Decisions = [SomeDecisions.Hold(program.Id, held) with { Filter = "|in_app|home|app_opened" }] };
        var step = new AgentStep(state, SomeProgram.Rules(program).Knowing(_ => fold.Finish()), settled);
        Settling.SettleDue(step);
        return JsonNode.Parse(Assert.Single(step.Effects).Receipt)!;
    }

    static AgentState Opening(string name, Instant at)
    {
        var agent = Agent(name);
        return agent with { History = agent.History with { Events = [new UserEvent(3, "app_opened", at, null)] } };
    }

    static AgentState Agent(string name) => SomeDecisions.Known(name, held);
}
