using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Trial.Coverage;
using Aampe.Agents.Trial.Play;
using Aampe.Agents.Trial.World;

namespace Aampe.Agents.Silo.Tests.Trials;

/// <summary>The harness checks itself: it says 99 % where the analysis is sound, and less where somebody tampered with the arms.</summary>
public sealed class CoverageCheckTests
{
    const int Replications = 200, Each = 120;

    static readonly TrialWorld World = TrialWorld.Read("null");

    static IReadOnlyList<CoverageCell> Check(Func<int, bool> lost)
    {
        var plan = new TrialPlan(Replications * Each, 14, 2, "null");
        var (people, start) = (new People(World, plan.Users, plan.Seed), TrialPlan.Start.ToUnixTimeSeconds() / 3600);
        var (life, outcomes) = (new Life(World, people, plan.Seed), new Outcomes(plan.Users, World.Features.Count));
        for (var hour = start - 1; hour < start + (24 * plan.Days); hour++)
        {
            life.Live(hour, hour < start ? null : outcomes);
        }

        // The product's own draw of arms; who was messaged does not matter where messages do nothing.
        var arms = Arms.PlanOf(new ExperimentPlan($"trial-{plan.Seed}", 50, 0, 0, 50));
        TrialRow? Row(int user, int feature)
        {
            var arm = Arms.Of($"trial-{plan.Seed}", arms, $"user-{user:D7}");
            return arm == Arms.Holdout && lost(user) && outcomes.Intent(user, feature, true)
                ? null
                : new TrialRow($"u:{user}", arm, arm == Arms.Agentic, outcomes.Intent(user, feature, true), outcomes.Done(user, feature, true) ? 1 : 0, outcomes.Value(user, feature, true), 0, [people.Visits(user)]);
        }

        var reading = new TrialReading([], [.. World.Features.Select((_, feature) => Enumerable.Range(0, plan.Users).Select(user => Row(user, feature) is { } row ? row with { Covariates = [] } : null).ToArray())], new(0, 0, 0, 0, 0, 0));
        return CoverageCheck.Of(plan, World, reading, outcomes, Replications);
    }

    [Fact]
    public void In_a_null_world_the_intervals_by_assignment_hold_zero_as_often_as_they_say()
    {
        var cells = Check(_ => false).Where(cell => cell.Method == "itt" && cell.Metric != "gmv").ToList();

        Assert.Equal(8, cells.Count);
        Assert.All(cells, cell => Assert.True(cell.High >= 0.99 && cell.Replications > 100, cell.ToString()));
        Assert.InRange((double)cells.Sum(cell => cell.Inside) / cells.Sum(cell => cell.Replications), 0.98, 1);
    }

    [Fact]
    public void Users_who_go_missing_from_one_arm_are_seen_in_the_coverage()
    {
        var cells = Check(user => user % 10 < 9).Where(cell => cell is { Method: "itt", Metric: "intent" }).ToList();

        Assert.All(cells, cell => Assert.True(cell.Bias > 3 * cell.BiasError, cell.ToString()));
        Assert.Contains(cells, cell => cell.High < 0.99);
    }
}
