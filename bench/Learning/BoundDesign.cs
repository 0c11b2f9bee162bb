using Aampe.Agents.Core.Populations;
using Aampe.Agents.Worlds;

namespace Aampe.Agents.Bench.Learning;

/// <summary>The information bound: a learner that knows the population's law, each day's circumstances and how effects fade, and has to find out each user.</summary>
class BoundDesign(Host host, Population population, JointOptions options) : JointDesign(host, options, "information bound")
{
    protected Population Population { get; } = population;

    protected override PopulationPrior FirstPrior() => WorldLaw.Of(Population.Truth);

    protected override double CircumstancesOf(int day, DayCounts[] counts) => Population.Shocks[Population.World.HistoryDays + day];

    protected override bool Drifts => false;

    protected override void Improve(int day)
    {
    }
}

/// <summary>
/// The bound in a world whose tastes move: it knows how they move, so it keeps a Kalman filter a user, and it is told the step that everybody's
/// tastes make, as it is told each day's shock. Not what moves in each user.
/// </summary>
sealed class DriftBoundDesign(Host host, Population population, Life life, JointOptions options) : BoundDesign(host, population, options)
{
    double[] kept = [];
    float[] common = [];
    DriftingBelief[] beliefs = [];

    public override void Begin()
    {
        base.Begin();
        common = new float[Population.Stride];
        kept = new double[Layout.Dimension];
        Array.Fill(kept, Math.Pow(2, -1 / Population.World.Drift!.HalfLifeDays));
        // What does not move in a world: fatigue, and the error of a baseline.
        kept[Layout.Fatigue] = kept[Layout.Correction] = 1;
        beliefs = [.. Enumerable.Range(0, Host.Users).Select(u => new DriftingBelief(PriorOf(u)))];
    }

    protected override EffectBelief BeliefOf(int user) => beliefs[user].ToBelief();

    protected override void Take(int user, ReadOnlySpan<double> row, double outcome, double weight) => beliefs[user].Add(row, outcome, weight);

    protected override void Improve(int day)
    {
        var before = Population.Truth.Coefficients(common);
        life.Common.CopyTo(common.AsSpan(1));
        var step = Population.Truth.Coefficients(common).Zip(before, (now, then) => now - then).ToArray();
        Users.Each(Host.Users, (u, _) =>
        {
            beliefs[u].Move(kept);
            beliefs[u].Shift(step);
        });
    }
}
