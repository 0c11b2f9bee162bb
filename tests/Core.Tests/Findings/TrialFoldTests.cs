using System.Collections.Frozen;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Findings;

/// <summary>A trial with a planted effect, folded from agents' records (U7).</summary>
public sealed class TrialFoldTests
{
    const double HoldoutShare = 0.20, Planted = 0.12;

    static readonly Instant Now = SomeLife.Monday + TimeSpan.FromDays(30);

    static readonly ProgramDefinition Program = SomeProgram.Of().Arms(70, 0, 0, 30) with
    {
        Goal = SomeProgram.Of().Goal with { IntentEvents = FrozenSet.Create(StringComparer.Ordinal, "basket_filled") },
    };

    static readonly ArmPlan Plan = Aampe.Agents.Core.Agents.Arms.PlanOf(Program.Experiment);

    /// <summary>Users who convert by chance, agentic ones more; all agentic ones were messaged.</summary>
    static TrialFinding Fold(int users, double planted, Func<string, bool>? counted = null)
    {
        var fold = new TrialFold(Program, Now, SomeProgram.Grace);
        var random = new SeededRandom("trial");
        var rules = SomeProgram.Rules(Program with { State = ProgramState.Paused });
        for (var i = 0; i < users; i++)
        {
            var agentic = Aampe.Agents.Core.Agents.Arms.Of(Program.Experiment.Salt, Plan, $"user-{i}") == Aampe.Agents.Core.Agents.Arms.Agentic;
            var life = new SomeLife(rules, $"u:user-{i}");
            var habit = random.Next(4);
            for (var visit = 0; visit <= habit; visit++)
            {
                life.Observe(Now - TimeSpan.FromDays(40 - visit), SomeEvents.Track("app_opened", Now - TimeSpan.FromDays(40 - visit)));
            }

            if (random.NextDouble() < 0.3)
            {
                life.Observe(Now - TimeSpan.FromDays(35), SomeEvents.Track("order_placed", Now - TimeSpan.FromDays(35)));
            }

            if (random.NextDouble() < HoldoutShare + (agentic ? planted : 0) + 0.05 * (habit - 1.5))
            {
                var at = Now - TimeSpan.FromDays(1 + 20 * random.NextDouble());
                life.Observe(at, SomeEvents.Track("order_placed", at, properties: """{"value":20}"""));
            }

            var state = agentic ? life.State with { Sends = [new SentRecord(Now - TimeSpan.FromDays(22), "push", Program.Id, "push-warm-none")] } : life.State;
            if (counted?.Invoke(state.Id) ?? true)
            {
                fold.Add(state);
            }
        }

        return fold.Finish()!;
    }

    static Table1Cell Cell(Table1Report table, string metric, string method, string scale = "absolute") =>
        table.Cells.Single(cell => cell.Metric == metric && cell.Method == method && cell.Scale == scale);

    [Fact]
    public void Table_1_finds_the_planted_effect_by_assignment_and_within_pairs()
    {
        var table = Table1.Of(Fold(2_000, Planted), default);

        Assert.Equal((Trust.Ok, "holdout"), (table.Trust, table.Against));
        foreach (var method in (string[])["itt", "psm"])
        {
            var found = Assert.IsType<Estimate.Known>(Cell(table, "conversion", method).Value);
            Assert.True(found.Covers(Planted) && found.Low > 0, $"{method} {found}");
        }

        // An order of 20 each: value is twenty times conversion.
        Assert.True(Assert.IsType<Estimate.Known>(Cell(table, "value", "itt").Value).Covers(20 * Planted));
        Assert.True(Assert.IsType<Estimate.Known>(Cell(table, "conversion", "itt", "relative").Value).Covers(Planted / HoldoutShare));
        Assert.True(Assert.IsType<Estimate.Known>(table.Before).Covers(0));
        Assert.All(table.Balance, row => Assert.InRange(row.Paired ?? 0, -0.1, 0.1));
    }

    [Fact]
    public void A_stored_trial_gives_the_same_table()
    {
        var trial = Fold(300, Planted);
        var findings = new ProgramFindings { Program = "basket", ProgramVersion = 1, AsOf = 5, Panel = 300, Model = "beta", Trial = trial };

        Assert.Equal(Table1.Of(trial, default).Cells.AsEnumerable(), Table1.Of(ProgramFindings.Unpack(findings.Pack()).Trial!, default).Cells);
    }

    [Fact]
    public void Without_an_effect_the_intervals_cover_zero()
    {
        var table = Table1.Of(Fold(1_500, 0), default);

        Assert.All(table.Cells.Where(cell => cell.Value is Estimate.Known), cell => Assert.True(((Estimate.Known)cell.Value).Covers(0), $"{cell.Metric} {cell.Method} {cell.Value}"));
        Assert.All(table.Cells.Where(cell => cell.P is not null), cell => Assert.True(cell.AdjustedP >= cell.P));
    }

    [Fact]
    public void Users_lost_from_one_arm_fail_the_sample_ratio()
    {
        var i = 0;
        var lost = Fold(1_500, Planted, id => Aampe.Agents.Core.Agents.Arms.Of(Program.Experiment.Salt, Plan, id) != Aampe.Agents.Core.Agents.Arms.Holdout || i++ % 3 > 0);

        Assert.Equal(Trust.SrmFailed, Table1.Of(lost, default).Trust);
    }

    [Fact]
    public void Few_users_are_underpowered_and_what_is_not_held_is_said()
    {
        var few = Fold(60, Planted);
        var table = Table1.Of(few with { HasIntent = false }, default);

        Assert.Equal(Trust.Underpowered, table.Trust);
        Assert.Contains("names no intent events", table.Cells.Single(cell => cell.Metric == "intent" && cell.Method == "itt").Missing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_began_long_ago_is_cut_to_what_agents_remember()
    {
        var old = Program with { Experiment = Program.Experiment with { StartsAt = Now - TimeSpan.FromDays(90), EndsAt = Now + TimeSpan.FromDays(1) } };
        var fold = new TrialFold(old, Now, SomeProgram.Grace);
        fold.Add(new SomeLife(new AgentRules(new WorkspaceSettings(), [], "key"), "u:ada").Seen(Now - TimeSpan.FromDays(50)).State);
        var found = fold.Finish()!;

        Assert.Equal((true, true, 35.0), (found.IsCut, found.IsInterim, found.Days));
        Assert.Null(new TrialFold(old, Now, SomeProgram.Grace).Finish());
    }

    [Fact]
    public void Users_who_are_all_alike_before_have_no_pairs_and_the_reason_is_told()
    {
        var fold = new TrialFold(Program, Now, SomeProgram.Grace);
        for (var i = 0; i < 40; i++)
        {
            fold.Add(new SomeLife(SomeProgram.Rules(), $"u:user-{i}").Seen(Now - TimeSpan.FromDays(40)).State with { Sends = [new SentRecord(Now - TimeSpan.FromDays(2), "push", Program.Id, "push-warm-none")] });
        }

        Assert.Equal(WhyNotKnown.Collinear, fold.Finish()!.Pairing!.WhyNot);
    }

    [Fact]
    public void More_users_and_days_find_smaller_differences()
    {
        var rows = PowerTable.Of(Fold(600, Planted), "holdout", default, 7, 28, 56);

        Assert.True(rows[0].SmallestGoals < rows[1].SmallestGoals && rows[1].SmallestShare is > 0 and < 0.3);
        Assert.True(rows[0].Share < rows[1].Share && rows[1].Share < rows[2].Share);
    }

    [Fact]
    public void An_arm_without_weight_and_an_event_that_never_came_are_said_with_their_remedy()
    {
        TrialFinding Of(int agentic, int holdout, bool does) => TrialCount.Of(
            new TrialFrame("p", Now, Now - TimeSpan.FromDays(7), Now, Aampe.Agents.Core.Agents.Arms.PlanOf(new ExperimentPlan("s", agentic, 0, 0, holdout)), HasIntent: true),
            [.. Enumerable.Range(0, 400).Select(i => new TrialRow($"u:{i}", (i % 2 == 0 && agentic > 0) || holdout == 0 ? "agentic" : "holdout", false, does && i % 3 == 0, does ? 1 : 0, null, 0, []))])!;

        Assert.Contains("experiment.agentic", Table1.Of(Of(0, 1, true), default).Withheld, StringComparison.Ordinal);
        Assert.Contains("experiment.holdout", Table1.Of(Of(1, 0, true), default).Withheld, StringComparison.Ordinal);
        Assert.Equal("", Table1.Of(Of(1, 1, true), default).Withheld);
        var nothing = Table1.Of(Of(1, 1, false), default);
        Assert.All((string[])["intent", "conversion", "goals"], metric => Assert.Contains("withheld", nothing.Cells.Single(cell => cell.Metric == metric && cell.Method == "itt").Missing, StringComparison.Ordinal));
    }
}
