using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class IntervalTests
{
    static readonly ConfidenceLevel Level = ConfidenceLevel.Default;

    static readonly Gen<double[]> SomeValues = Gen.Double[0, 100].Array[2, 30];

    [Fact]
    public void The_default_level_is_that_of_the_paper() => Assert.Equal(2.5758293035489, Level.NormalQuantile, 1e-12);

    /// <summary>Student's table: 1 d.f., 97.5 % → 12.7062; 10 d.f., 99.5 % → 3.16927.</summary>
    [Theory]
    [InlineData(0.95, 1, 12.7062)]
    [InlineData(0.99, 10, 3.16927)]
    public void Student_quantiles_are_those_of_the_table(double level, double freedom, double expected) =>
        Assert.Equal(expected, new ConfidenceLevel(level).StudentQuantile(freedom), 1e-4);

    [Theory, InlineData(0), InlineData(1), InlineData(99), InlineData(double.NaN)]
    public void A_level_outside_0_to_1_is_refused(double level) => Assert.Throws<ArgumentOutOfRangeException>(() => new ConfidenceLevel(level));

    [Fact]
    public void Merged_moments_are_those_of_all_values() =>
        Gen.Select(Gen.Double[-1e3, 1e3].Array[0, 20], Gen.Double[-1e3, 1e3].Array[0, 20]).Sample((a, b) =>
        {
            var (merged, whole) = (Moments.Of(a).Merge(Moments.Of(b)), Moments.Of([.. a, .. b]));
            return merged.N == whole.N && Math.Abs(merged.Mean - whole.Mean) <= 1e-9 && Math.Abs(merged.M2 - whole.M2) <= 1e-9 * (1 + whole.M2);
        });

    [Fact]
    public void Moments_of_large_numbers_keep_their_spread() =>
        Assert.Equal(1, Moments.Of([1e9 + 1, 1e9 + 2, 1e9 + 3]).Variance(), 1e-9);

    [Fact]
    public void An_arm_without_users_has_no_difference() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.EmptyArm), ProportionDifference.Newcombe(default, new(1, 2), Level));

    [Fact]
    public void Swapping_the_arms_mirrors_the_interval() =>
        Gen.Select(Gen.Int[1, 500], Gen.Int[1, 500], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((n, m, p, q) =>
        {
            var (a, b) = (new Proportion((long)(p * n), n), new Proportion((long)(q * m), m));
            var (there, back) = ((Estimate.Known)ProportionDifference.Newcombe(a, b, Level), (Estimate.Known)ProportionDifference.Newcombe(b, a, Level));
            return Math.Abs(there.Low + back.High) < 1e-12 && Math.Abs(there.High + back.Low) < 1e-12 && there.Low >= -1 && there.High <= 1;
        });

    [Fact]
    public void The_change_does_not_depend_on_the_currency() =>
        Gen.Select(SomeValues, SomeValues, Gen.Double[0.01, 100]).Sample((t, c, rate) =>
            (RatioOfMeans.Delta(Moments.Of(t), Moments.Of(c), Level), RatioOfMeans.Delta(In(t, rate), In(c, rate), Level)) switch
            {
                (Estimate.Known a, Estimate.Known b) => Math.Abs(a.Low - b.Low) <= 1e-6 * (1 + Math.Abs(a.Low)) && Math.Abs(a.High - b.High) <= 1e-6 * (1 + Math.Abs(a.High)),
                var (a, b) => a == b,
            });

    static Moments In(double[] values, double rate) => Moments.Of([.. values.Select(value => value * rate)]);

    [Fact]
    public void A_mean_of_nothing_has_no_relative_change() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.MeanNotPositive), RatioOfMeans.Delta(Moments.Of([1, 2]), Moments.Of([0, 0, 0]), Level));

    [Fact]
    public void A_control_mean_near_zero_leaves_no_interval_of_Fieller() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.Unbounded), RatioOfMeans.Fieller(Moments.Of([1, 2]), Moments.Of([0, 0, 1]), Level));

    /// <summary>Welch by R 4.2 documentation's data set sleep: t = −1.8608, df = 17.776, 95 % interval −3.3654832 to 0.2054832, p = 0.07939.</summary>
    [Fact]
    public void Welch_agrees_with_the_sleep_data()
    {
        var first = Moments.Of([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]);
        var second = Moments.Of([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
        var estimate = (Estimate.Known)DifferenceOfMeans.Welch(first, second, new(0.95));
        var test = (Significance.Tested)DifferenceOfMeans.Test(first, second);
        Assert.Equal(-3.3654832, estimate.Low, 1e-6);
        Assert.Equal(0.2054832, estimate.High, 1e-6);
        Assert.Equal(-1.8608, test.Statistic, 1e-4);
        Assert.Equal(0.07939, test.PValue, 1e-5);
    }

    [Fact]
    public void One_user_says_nothing_about_the_spread() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.TooFewUnits), DifferenceOfMeans.Welch(Moments.Of([1]), Moments.Of([1, 2]), Level));

    [Fact]
    public void Users_who_are_all_alike_say_nothing_about_the_spread() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.NoVariation), DifferenceOfMeans.Welch(Moments.Of([1, 1]), Moments.Of([2, 2]), Level));

    [Fact]
    public void A_99_percent_interval_of_Welch_covers_in_99_percent()
    {
        // 20 000 worlds of 12 and 40 users with spreads 3 and 1; sd of the share 0.0007; Welch itself is good to about 0.001.
        var random = new SeededRandom("welch");
        var covered = Enumerable.Range(0, 20_000).Count(_ =>
            ((Estimate.Known)DifferenceOfMeans.Welch(Draw(random, 12, 3), Draw(random, 40, 1), Level)).Covers(0));
        Assert.InRange(covered / 20_000.0, 0.985, 0.9945);
    }

    [Fact]
    public void The_bootstrap_agrees_with_the_delta_method_where_both_hold()
    {
        var random = new SeededRandom("bootstrap");
        var values = Enumerable.Range(0, 2000).Select(_ => -20 * Math.Log(1 - random.NextDouble())).ToArray();
        var (treated, control) = (new PoissonBootstrap(20_000), new PoissonBootstrap(20_000));
        for (var i = 0; i < 1000; i++)
        {
            treated.Add("t" + i, values[i] * 1.1);
            control.Add("c" + i, values[1000 + i]);
        }

        var boot = (Estimate.Known)PoissonBootstrap.Ratio(treated, control, Level);
        var delta = (Estimate.Known)RatioOfMeans.Delta(Moments.Of([.. values.Take(1000).Select(value => value * 1.1)]), Moments.Of([.. values.Skip(1000)]), Level);
        // A limit at 0.5 % of 20 000 replicates has a Monte Carlo sd of about 1.3 % of the half-width; tails of 1 % would be 10 % narrower.
        Assert.Equal(delta.Value, boot.Value, 1e-12);
        Assert.InRange((boot.High - boot.Low) / (delta.High - delta.Low), 0.95, 1.05);
        Assert.InRange(boot.StandardError / delta.StandardError, 0.95, 1.05);
    }

    [Fact]
    public void The_bootstrap_is_the_same_however_the_users_were_shared_out()
    {
        var (whole, left, right, control) = (new PoissonBootstrap(200), new PoissonBootstrap(200), new PoissonBootstrap(200), new PoissonBootstrap(200));
        for (var i = 0; i < 60; i++)
        {
            whole.Add("t" + i, i);
            (i % 3 == 0 ? left : right).Add("t" + i, i);
            control.Add("c" + i, i + 1);
        }

        left.Merge(right);
        var (a, b) = ((Estimate.Known)PoissonBootstrap.Ratio(whole, control, Level), (Estimate.Known)PoissonBootstrap.Ratio(left, control, Level));
        Assert.Equal(a.Low, b.Low, 1e-12);
        Assert.Equal(a.High, b.High, 1e-12);
    }

    static Moments Draw(SeededRandom random, int users, double spread) =>
        Moments.Of([.. Enumerable.Range(0, users).Select(_ => MathNet.Numerics.Distributions.Normal.Sample(random, 0, spread))]);

    [Fact]
    public void Pairs_that_know_nothing_of_each_other_give_the_delta_method()
    {
        var random = new SeededRandom("pairs");
        var treated = Moments.Of([.. Enumerable.Range(0, 400).Select(_ => 3 + random.NextDouble())]);
        var control = Moments.Of([.. Enumerable.Range(0, 400).Select(_ => 2 + (2 * random.NextDouble()))]);

        var paired = Assert.IsType<Estimate.Known>(RatioOfMeans.Paired(treated, control.Mean, Math.Sqrt(treated.MeanVariance + control.MeanVariance), ConfidenceLevel.Default));
        var delta = Assert.IsType<Estimate.Known>(RatioOfMeans.Delta(treated, control, ConfidenceLevel.Default));

        Assert.Equal(delta.Value, paired.Value, 12);
        Assert.Equal(delta.Low, paired.Low, 9);
        Assert.Equal(delta.High, paired.High, 9);
        Assert.IsType<Estimate.NotKnown>(RatioOfMeans.Paired(treated, 0, 0.1, ConfidenceLevel.Default));
        Assert.IsType<Estimate.NotKnown>(RatioOfMeans.Paired(default, 1, 0.1, ConfidenceLevel.Default));
    }
}
