using System.Runtime.Intrinsics;
using Aampe.Agents.Core.Populations;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Tests.Populations;

public sealed class EffectBeliefTests
{
    static readonly BehaviourSummaryOf Someone = new(28, 15, [3, 2, 5, 5, 7, 8]);

    [Fact]
    public void Contrasts_give_back_the_actions_and_are_orthonormal()
    {
        var theta = Town.Layout.Coefficients(0.5, [[0.3, -0.1, 0.4], [0.2, -0.4]], 0.05);
        Assert.Equal(0.3 - 0.2, Town.Layout.ActionValue(theta, 0, 0), 12);
        Assert.Equal(0.4 - 0.2, Town.Layout.ActionValue(theta, 0, 2), 12);
        Assert.Equal(-0.4 + 0.1, Town.Layout.ActionValue(theta, 1, 1), 12);
        Span<double> row = new double[Town.Layout.Dimension];
        Town.Layout.AddMessage(row, [2, 1], 1, 3);
        Assert.Equal(0.5 + 0.4 - 0.4 - 3 * 0.05, row.ToArray().Zip(theta, (x, t) => x * t).Sum(), 12);
        Assert.Equal(2.0 / 3, Town.Layout.ActionRow(0, 1).Sum(x => x * x), 12);
    }

    [Fact]
    public void A_belief_is_what_dense_algebra_over_all_rows_gives()
    {
        var random = new SeededRandom("dense");
        var p = Town.Layout.Dimension;
        var own = EffectStatistic.Empty(p);
        var (rows, outcomes) = (new List<double[]>(), new List<double>());
        for (var i = 0; i < 9; i++)
        {
            double[] row = [.. Enumerable.Range(0, p).Select(_ => (double)(float)Draw.Normal(random))];
            rows.Add(row);
            outcomes.Add((float)Draw.Normal(random));
            own = own.Add(row, outcomes[^1], 2);
        }

        var belief = EffectBelief.Of(Town.Law.Of(Someone.Summary), own);
        var x = Matrix<double>.Build.DenseOfRowArrays(rows);
        var y = Vector<double>.Build.DenseOfEnumerable(outcomes);
        var sigma = Matrix<double>.Build.Dense(p, p, (i, j) => i == j ? Town.Law.Covariance[i * (i + 1) / 2 + i] : 0);
        var marginal = x * sigma * x.Transpose() + 0.5 * Matrix<double>.Build.DenseIdentity(9);
        var (mean, total, weights) = (Vector<double>.Build.Dense(p), 0.0, new double[2]);
        var prior = Enumerable.Range(0, 2).Select(k => Town.Law.Shares[k] * Math.Exp(Town.Law.Types[k].LogLikelihood(Someone.Summary))).ToArray();
        for (var k = 0; k < 2; k++)
        {
            var m = Vector<double>.Build.Dense(Town.Law.Means[k]);
            var miss = y - x * m;
            var weight = prior[k] / prior.Sum() * Math.Exp(-0.5 * miss.DotProduct(marginal.Solve(miss))) / Math.Sqrt(marginal.Determinant());
            mean += weight * (m + sigma * x.Transpose() * marginal.Solve(miss));
            weights[k] = weight;
            total += weight;
        }

        Assert.Equal(2, belief.Weights.Length);
        Assert.Equal(weights[0] / total, belief.Weights[0], 1e-4);
        Assert.Equal(Math.Log(total), belief.LogEvidence, 1e-3);
        Assert.All(belief.Mean().Zip(mean / total), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Draws_have_the_law_that_the_belief_states()
    {
        var random = new SeededRandom("draws");
        var belief = EffectBelief.Of(Town.Law.Of(Someone.Summary), Town.Live(Town.Law.Means[0], 3, random));
        double[] row = [1, -0.4, 0.7, 0.2, -0.5, 0.1];
        var theta = new double[Town.Layout.Dimension];
        var draws = Enumerable.Range(0, 20_000).Select(_ =>
        {
            belief.Sample(random, theta);
            return row.Zip(theta, (x, t) => x * t).Sum();
        }).ToArray();
        KolmogorovSmirnov.Follows(draws, z => belief.Below(row, z), "a value of a mixture");
        var (mean, variance) = belief.Value(row);
        Assert.Equal(mean, draws.Average(), 5 * Math.Sqrt(variance / draws.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(20)]
    public void Ninety_percent_intervals_hold_ninety_percent_of_users(int days)
    {
        const int users = 4000;
        var random = new SeededRandom($"coverage {days}");
        double[] row = [1, 0.6, -0.3, 0.7, 0, 0];
        var inside = 0;
        for (var u = 0; u < users; u++)
        {
            var (_, effects, counts) = Town.Draw(random);
            var belief = EffectBelief.Of(Town.Law.Of(new BehaviourSummary(28, counts[4] + counts[5], counts)), Town.Live(effects, days, random));
            var below = belief.Below(row, row.Zip(effects, (x, t) => x * t).Sum());
            inside += below is > 0.05 and < 0.95 ? 1 : 0;
        }

        Assert.Equal(0.9, (double)inside / users, 3.3 * Math.Sqrt(0.09 / users));
    }

    [Fact]
    public void A_statistic_of_six_sets_and_24_actions_fits_into_a_kibibyte()
    {
        var layout = new EffectLayout([4, 5, 2, 2, 5, 6]);
        Assert.Equal(21, layout.Dimension);
        Assert.Equal(1020, EffectStatistic.Empty(layout.Dimension).Bytes);
    }

    [Fact]
    public void Statistics_add_up_in_any_order_and_survive_storage()
    {
        var random = new SeededRandom("merge");
        var (a, b, c) = (Town.Live(Town.Law.Means[0], 3, random), Town.Live(Town.Law.Means[1], 4, random), Town.Live(Town.Law.Means[0], 5, random));
        Assert.All(a.Merge(b).Merge(c).ToNumbers().Zip(c.Merge(b.Merge(a)).ToNumbers()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.Equal(a.ToNumbers().ToArray(), EffectStatistic.Of(a.ToNumbers().AsSpan()).ToNumbers().ToArray());
        Assert.Equal(a.Count / 2, a.Decayed(0.5).Count, 6);
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name()
    {
        var own = EffectStatistic.Empty(Town.Layout.Dimension);
        Assert.Throws<ArgumentOutOfRangeException>("outcome", () => own.Add(new double[6], double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => own.Add(new double[6], 0, 0));
        Assert.Throws<ArgumentException>("row", () => own.Add(new double[5], 0, 1));
        Assert.Throws<ArgumentException>("numbers", () => EffectStatistic.Of(new float[11]));
        Assert.Throws<ArgumentException>("own", () => EffectBelief.Of(Town.Law.Of(Someone.Summary), EffectStatistic.Empty(3)));
        Assert.Throws<ArgumentException>("covariance", () => new PopulationPrior(Town.Law.Types, [1, 1], Town.Law.Means, [], [], [], new double[21], 1));
        Assert.Throws<ArgumentException>("types", () => new PopulationPrior(Town.Law.Types, [1], Town.Law.Means, [], [], [], Town.Law.Covariance.AsSpan(), 1));
    }

    sealed record BehaviourSummaryOf(double Exposure, double Total, int[] Counts)
    {
        public BehaviourSummary Summary => new(Exposure, Total, Counts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Draws_side_by_side_are_those_made_one_after_the_other(int draws)
    {
        var belief = EffectBelief.Of(Town.Law.Of(Someone.Summary), Town.Live(Town.Law.Means[0], 3, new SeededRandom("life")));
        var (first, second) = (new SeededRandom("draws"), new SeededRandom("draws"));
        var (many, one) = (new Vector256<double>[belief.Dimension], new double[belief.Dimension]);
        for (var round = 0; round < 50; round++)
        {
            belief.Sample(first, many, draws, 0.7);
            for (var lane = 0; lane < draws; lane++)
            {
                belief.Sample(second, one, 0.7);
                Assert.Equal(one, many.Select(x => x[lane]));
            }
        }
    }

    [Fact]
    public void Somebody_without_effects_is_believed_by_the_factor_that_all_such_share()
    {
        var prior = Town.Law.Of(Someone.Summary);
        var (shared, own) = (EffectBelief.Of(prior), EffectBelief.Of(prior, EffectStatistic.Empty(Town.Law.Dimension)));
        Assert.Equal(own.ToNumbers(), shared.ToNumbers());
        Assert.Equal(own.Factor.ToArray(), shared.Factor.ToArray());
        Assert.Equal(own.LogEvidence, shared.LogEvidence, 12);
    }
}
