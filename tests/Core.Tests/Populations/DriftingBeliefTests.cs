using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class DriftingBeliefTests
{
    static readonly double[] Step = [0.1, -0.05, 0.02, 0.07, 0, 0];

    static UserPrior Someone => Town.Law.Of(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8]));

    [Fact]
    public void Without_any_move_the_exact_filter_is_the_belief_of_the_statistic()
    {
        var filter = new DriftingBelief(Someone);
        var own = EffectStatistic.Empty(filter.Dimension);
        foreach (var (row, outcome) in Town.Rows("still", 12))
        {
            filter.Add(row, outcome, 2);
            own = own.Add(row, outcome, 2);
        }

        var (exact, belief) = (filter.ToBelief(), EffectBelief.Of(Someone, own));
        Assert.Equal(belief.LogEvidence, exact.LogEvidence, 1e-3);
        Assert.All(belief.Mean().Zip(exact.Mean()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Equal(belief.Value(Step).Variance, exact.Value(Step).Variance, 1e-5);
    }

    [Fact]
    public void Moving_tastes_are_what_dense_algebra_over_all_days_gives()
    {
        var rows = Town.Rows("moving", 8);
        double[] kept = [0.9, 0.8, 0.8, 0.8, 1, 1];
        var filter = new DriftingBelief(Someone);
        for (var day = 0; day < rows.Count; day++)
        {
            filter.Add(rows[day].Row, rows[day].Outcome, 2);
            filter.Move(kept);
            filter.Shift(Step);
        }

        var (mean, weights) = Dense(rows, kept);
        Assert.Equal(weights[0], filter.ToBelief().Weights[0], 1e-9);
        Assert.All(filter.ToBelief().Mean().Zip(mean), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
    }

    // Cov(θ_s, θ_t) = kept^|s − t|·Σ, coefficient by coefficient; the means walk by the step each day.
    static (Vector<double> Mean, double[] Weights) Dense(List<(double[] Row, double Outcome)> rows, double[] kept)
    {
        var (n, p) = (rows.Count, kept.Length);
        var law = Town.Law;
        double Between(int i, int days) => law.Covariance[i * (i + 3) / 2] * Math.Pow(kept[i], days);
        var marginal = Matrix<double>.Build.Dense(n, n, (s, t) => Enumerable.Range(0, p).Sum(i => rows[s].Row[i] * rows[t].Row[i] * Between(i, Math.Abs(s - t))) + (s == t ? 0.5 : 0));
        var across = Matrix<double>.Build.Dense(p, n, (i, t) => rows[t].Row[i] * Between(i, n - t));
        var (mean, weights) = (Vector<double>.Build.Dense(p), new double[2]);
        for (var k = 0; k < 2; k++)
        {
            var miss = Vector<double>.Build.Dense(n, t => rows[t].Outcome - Enumerable.Range(0, p).Sum(i => rows[t].Row[i] * (law.Means[k][i] + t * Step[i])));
            weights[k] = law.Shares[k] * Math.Exp(law.Types[k].LogLikelihood(new BehaviourSummary(28, 15, [3, 2, 5, 5, 7, 8])) - 0.5 * miss.DotProduct(marginal.Solve(miss)));
            mean += weights[k] * (Vector<double>.Build.Dense(p, i => law.Means[k][i] + n * Step[i]) + across * marginal.Solve(miss));
        }

        var total = weights.Sum();
        return (mean / total, [.. weights.Select(weight => weight / total)]);
    }

    [Fact]
    public void A_step_of_everybody_moves_what_was_seen_as_if_it_had_been_there()
    {
        var (before, after) = (EffectStatistic.Empty(6), EffectStatistic.Empty(6));
        foreach (var (row, outcome) in Town.Rows("shift", 9))
        {
            before = before.Add(row, outcome, 2);
            after = after.Add(row, outcome + row.Zip(Step, (x, step) => x * step).Sum(), 2);
        }

        Assert.All(before.Shifted(Step).ToNumbers().Zip(after.ToNumbers()), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Fact]
    public void Carrying_twice_equals_carrying_once()
    {
        var own = Town.Live(Town.Law.Means[0], 9, new SeededRandom("carry"));
        var three = new EffectDrift { HalfLifeDays = 12 }.With(Step, 9).With([0, 0.1, 0, 0, 0, 0], 9).With(Step, 9);
        var late = three.With([0.02, 0, 0, -0.1, 0, 0], 9);
        Assert.All(late.Carry(three.Carry(own, 0), 3).ToNumbers().Zip(late.Carry(own, 0).ToNumbers()), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
        Assert.Equal(own.Count * Math.Pow(2, -4.0 / 12), late.Carry(own, 0).Count, 1e-5);
        Assert.Same(own, late.Carry(own, 4));
    }

    [Fact]
    public void Steps_too_old_to_be_kept_are_forgotten_and_time_is_not()
    {
        var drift = new EffectDrift { HalfLifeDays = 12 }.With(Step, 2).With(Step, 2).With(Step, 2);
        Assert.Equal((1, 3), (drift.FirstDay, drift.Day));
        var own = Town.Live(Town.Law.Means[0], 9, new SeededRandom("late"));
        double[] both = [.. Step.Select(step => 2 * step)];
        Assert.All(drift.Carry(own, 0).ToNumbers().Zip(own.Shifted(both).Decayed(Math.Pow(2, -3.0 / 12)).ToNumbers()), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }
}
