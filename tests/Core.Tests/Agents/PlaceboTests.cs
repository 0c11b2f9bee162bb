using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Tests.Agents;

/// <summary>A town of agents through the whole loop: messages that do nothing are found to do nothing, messages that work are found to work.</summary>
public sealed class PlaceboTests
{
    static readonly ConfidenceLevel level = new(0.9999);

    static readonly ProgramDefinition program = SomeProgram.Of() with
    {
        Goal = SomeProgram.Of().Goal with { Window = TimeSpan.FromHours(24), HalfLife = TimeSpan.FromHours(12), LabelWindow = TimeSpan.FromHours(24) },
        Experiment = new ExperimentPlan("salt", 60, 0, 0, 40),
        EveryDays = 3,
    };

    static SomeTown Town(double planted)
    {
        var town = new SomeTown(SomeProgram.Rules(program), 400, planted, "town");
        town.Live(TimeSpan.FromDays(20));
        town.Fold();
        return town;
    }

    static Estimate.Known Mean(SomeTown town, string arm, bool send) =>
        Assert.IsType<Estimate.Known>(BlockedMean.Of([.. town.Cohort("basket").Blocks.Where(block => block.Arm == arm && block.Send == send).Select(block => block.Effects)], level));

    [Fact]
    public void Messages_that_do_nothing_have_a_mean_effect_that_covers_zero()
    {
        var town = Town(planted: 0);
        var (sends, holds, holdout) = (Mean(town, Arms.Agentic, true), Mean(town, Arms.Agentic, false), Mean(town, Arms.Holdout, false));
        Assert.InRange(0, sends.Low, sends.High);
        Assert.InRange(0, holds.Low, holds.High);
        Assert.InRange(0, holdout.Low, holdout.High);
        Assert.True(sends.High - sends.Low < 0.6, $"The interval is too wide to show anything: {sends}.");
    }

    [Fact]
    public void Messages_that_work_have_a_mean_effect_above_zero_and_everything_adds_up()
    {
        var town = Town(planted: 0.3);
        var sends = Mean(town, Arms.Agentic, true);
        Assert.True(sends.Low > 0, sends.ToString());
        Assert.True(Mean(town, Arms.Holdout, false) is { Low: < 0, High: > 0 });
        foreach (var life in town.Lives.Values)
        {
            AddsUp(life);
        }
    }

    static void AddsUp(SomeLife life)
    {
        var open = life.State.Decisions.Where(decision => !decision.Settled).Select(decision => decision.Id);
        Assert.Equal(
            life.Decisions.Select(made => made.Id).Order(StringComparer.Ordinal),
            life.Effects.Select(effect => effect.DecisionId).Concat(open).Order(StringComparer.Ordinal));
        if (life.Rules.Programs[0].ArmOf(life.State.Id) == Arms.Holdout)
        {
            Assert.Empty(life.State.Sends);
        }

        EvidenceFold.Agrees(life);
    }
}
