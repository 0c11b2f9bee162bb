using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Tests.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests.Programs;

/// <summary>What may follow an experiment's plan, and when.</summary>
public sealed class ExperimentPhasesTests
{
    static readonly Instant Monday = new(1_772_409_600_000);

    static readonly ExperimentPlan Running = new("s", 50, 0, 0, 50) { StartsAt = Monday, EndsAt = Monday + TimeSpan.FromDays(21) };

    static readonly Instant HalfWay = Monday + TimeSpan.FromDays(10);

    [Fact]
    public void A_plan_that_runs_stays_as_it_was_fixed()
    {
        Assert.Contains("not the same weights", ExperimentPhases.Fault(Running, Running with { Agentic = 70 }, HalfWay), StringComparison.Ordinal);
        Assert.Contains("not the same span", ExperimentPhases.Fault(Running, Running with { EndsAt = HalfWay }, HalfWay), StringComparison.Ordinal);
        Assert.Contains("not the same salt and span", ExperimentPhases.Fault(Running, Running with { Salt = "t", StartsAt = null, EndsAt = null }, HalfWay), StringComparison.Ordinal);
        Assert.Null(ExperimentPhases.Fault(Running, Running with { }, HalfWay));
    }

    [Fact]
    public void A_new_phase_begins_now_or_later_and_before_and_after_everything_may_change()
    {
        Assert.Null(ExperimentPhases.Fault(Running, Running with { Agentic = 70, StartsAt = HalfWay, EndsAt = HalfWay + TimeSpan.FromDays(7) }, HalfWay));
        Assert.NotNull(ExperimentPhases.Fault(Running, Running with { Agentic = 70, StartsAt = HalfWay - TimeSpan.FromMilliseconds(1) }, HalfWay));
        Assert.Null(ExperimentPhases.Fault(Running, Running with { Agentic = 70 }, Monday - TimeSpan.FromMilliseconds(1)));
        Assert.Null(ExperimentPhases.Fault(Running, Running with { Agentic = 70 }, Running.EndsAt!.Value));
        Assert.Null(ExperimentPhases.Fault(Running with { StartsAt = null, EndsAt = null }, Running with { Agentic = 70 }, HalfWay));
    }

    [Fact]
    public void Programs_overlap_that_try_something_on_one_goal_at_one_time()
    {
        var one = SomeProgram.Of() with { Experiment = Running };
        Assert.True(ExperimentPhases.Overlap(one, one with { Id = "other" }));
        Assert.True(ExperimentPhases.Overlap(one, one with { Experiment = Running with { StartsAt = null, EndsAt = null } }));
        Assert.False(ExperimentPhases.Overlap(one, one with { Experiment = Running with { StartsAt = Running.EndsAt, EndsAt = Running.EndsAt!.Value + TimeSpan.FromDays(1) } }));
        Assert.False(ExperimentPhases.Overlap(one, one with { Experiment = Running with { Holdout = 0 } }));
        Assert.False(ExperimentPhases.Overlap(one, one with { Goal = one.Goal with { Events = System.Collections.Frozen.FrozenSet.Create(StringComparer.Ordinal, "another") } }));
    }
}
