using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Posteriors;

public sealed class BeliefTests
{
    static readonly TimeSpan month = TimeSpan.FromDays(30);

    static readonly Gen<(double B, double X, long At)> effect = Gen.Select(Gen.Double[0, 1], Gen.Double[-4, 4], Gen.Long[0, 90L * 86_400_000]);

    [Fact]
    public void The_default_belief_is_uniform()
    {
        Assert.Equal((1.0, 1.0, 0.5), (default(BetaPosterior).Alpha, default(BetaPosterior).Beta, default(BetaPosterior).Mean));
        Assert.Equal(new BetaPosterior(1, 1), default);
        Assert.Equal(0.3, default(BetaPosterior).Quantile(0.3), 1e-12);
    }

    [Fact]
    public void The_default_gaussian_belief_is_valid()
    {
        Assert.Equal(new GaussianPosterior(0, 1, 2, 1), default);
        Assert.Equal(0.5, default(GaussianPosterior).Cdf(0), 1e-15);
    }

    [Fact]
    public void Tiny_shapes_keep_their_digits() => Assert.Equal(1e-18, new BetaPosterior(1e-18, 2).Alpha);

    // Nearer to 1 than 1e-6 the spacing of doubles alone moves the distribution function by more than 1e-9.
    [Fact]
    public void Quantiles_invert_the_distribution_function() =>
        Gen.Select(Gen.Double[0.05, 300], Gen.Double[0.05, 300], Gen.Double[0.001, 0.999]).Sample(
            (a, b, p) => new BetaPosterior(a, b) is var belief && (belief.Quantile(p) is < 1e-300 or > 1 - 1e-6 || Math.Abs(belief.Cdf(belief.Quantile(p)) - p) < 1e-9),
            iter: 2000);

    [Fact]
    public void Quantiles_of_effects_invert_the_distribution_function() =>
        Gen.Select(Gen.Double[-5, 5], Gen.Double[0.1, 30], Gen.Double[0.4, 30], Gen.Double[0.001, 0.999]).Sample(
            (m, k, a, p) => new GaussianPosterior(m, k, a, 1.3) is var belief && Math.Abs(belief.Cdf(belief.Quantile(p)) - p) < 1e-9,
            iter: 2000);

    [Fact]
    public void Densities_are_slopes_of_distribution_functions() =>
        Gen.Select(Gen.Double[0.3, 30], Gen.Double[0.3, 30], Gen.Double[0.05, 0.95]).Sample((a, b, x) =>
        {
            ArmPosterior[] arms = [ArmPosterior.Of(new BetaPosterior(a, b)), ArmPosterior.Of(new GaussianPosterior(0.4, a, b, 1)), new ArmPosterior.Normal(0.5, a)];
            return arms.All(arm => Math.Abs((arm.Cdf(x + 1e-5) - arm.Cdf(x - 1e-5)) / 2e-5 - Math.Exp(arm.LogDensity(x))) < 1e-4 * (1 + Math.Exp(arm.LogDensity(x))));
        });

    [Fact]
    public void Decaying_twice_equals_decaying_once() =>
        Gen.Select(effect, Gen.Long[0, 1_000_000_000], Gen.Long[0, 1_000_000_000]).Sample((e, first, second) =>
        {
            var evidence = default(Evidence).Add(e.B, e.X, 1, new(e.At), month);
            var twice = evidence.DecayedTo(new(e.At + first), month).DecayedTo(new(e.At + first + second), month);
            return Same(twice, evidence.DecayedTo(new(e.At + first + second), month));
        });

    [Fact]
    public void Evidence_halves_in_one_half_life_and_whole_counts_stay()
    {
        var later = default(Evidence).Add(1, 2.5, 1, new(0), month).DecayedTo(new(30L * 86_400_000), month);
        Assert.Equal((0.5, 0.5, 2.5, 1, 1), (later.Successes, later.Count, later.MeanEffect, later.Trials, later.Wins));
    }

    [Fact]
    public void An_effect_that_matures_late_is_added_without_discount()
    {
        var evidence = default(Evidence).Add(1, 0, 1, new(1_000_000_000), month).Add(0, 0, 1, new(0), month);
        Assert.Equal((1.0, 1.0, 1_000_000_000), (evidence.Successes, evidence.Failures, evidence.LastAt.UnixMilliseconds));
    }

    [Fact]
    public void Steps_and_batch_give_the_same_gaussian_belief() =>
        Gen.Select(effect.Array[1, 30], Gen.Double[0.2, 1]).Sample((effects, weight) =>
        {
            var prior = new GaussianPosterior(0.2, 1.5, 2, 0.8);
            var steps = effects.Aggregate(prior, (belief, e) => belief.Update(e.X, weight));
            var batch = effects.Aggregate(default(Evidence), (known, e) => known.Add(null, e.X, weight, new(0), null)).Posterior(prior);
            return Close(steps.Mu, batch.Mu) && Close(steps.Kappa, batch.Kappa) && Close(steps.A, batch.A) && Close(steps.B, batch.B);
        });

    // Welford's form of the update rounds below zero here.
    [Fact]
    public void One_effect_has_no_deviation_whatever_its_weight() =>
        Gen.Select(effect, Gen.Double[0.01, 1]).Sample((e, weight) => default(Evidence).Add(null, e.X, weight, new(0), null).SquaredDeviations == 0);

    [Fact]
    public void Merged_evidence_equals_evidence_added_one_by_one() =>
        Gen.Select(effect.Array[1, 12], effect.Array[1, 12]).Sample((first, second) =>
        {
            static Evidence All(IEnumerable<(double B, double X, long At)> effects) => effects.Aggregate(default(Evidence), (known, e) => known.Add(e.B, e.X, 1, new(e.At), null));
            return Same(All(first).Merge(All(second), null), All([.. first, .. second]));
        });

    [Fact]
    public void A_sliding_window_forgets_by_number_and_by_age()
    {
        var window = Enumerable.Range(0, 5).Aggregate(
            SlidingWindow.Empty with { Capacity = 3, Length = TimeSpan.FromMilliseconds(10) }, (w, i) => w.Add(new(i % 2, i, 1, new(i))));
        Assert.Equal((3, 3.0), (window.At(new(4)).Trials, window.At(new(4)).MeanEffect));
        Assert.Equal((1, 4.0), (window.At(new(14)).Trials, window.At(new(14)).MeanEffect));
        Assert.True(window.At(new(15)).IsEmpty);
    }

    // 40,000 draws of the mean; Kolmogorov–Smirnov, false alarm 1e-6.
    [Fact]
    public void Draws_of_an_effect_have_the_student_law()
    {
        var belief = new GaussianPosterior(0.3, 2, 1.2, 0.7);
        var random = new SeededRandom("student");
        var sorted = Enumerable.Range(0, 40_000).Select(_ => belief.Sample(random)).Order().Select(belief.Cdf).ToArray();
        Assert.True(sorted.Select((f, i) => Math.Max(f - i / 40_000.0, (i + 1) / 40_000.0 - f)).Max() < 2.694 / 200);
    }

    [Fact]
    public void Draws_of_a_message_under_a_joint_belief_have_its_student_law()
    {
        var joint = new JointGaussian([0.1, -0.2, 0.4], [0.5, 0.1, 0, 0.1, 0.3, -0.1, 0, -0.1, 0.2], 2.5, 1.1);
        double[] row = [1, 0, 1];
        var value = joint.Value(row);
        var random = new SeededRandom("joint");
        var sorted = Enumerable.Range(0, 40_000).Select(_ => joint.Sample(random).Zip(row, (t, x) => t * x).Sum()).Order().Select(value.Cdf).ToArray();
        Assert.True(sorted.Select((f, i) => Math.Max(f - i / 40_000.0, (i + 1) / 40_000.0 - f)).Max() < 2.694 / 200);
    }

    [Fact]
    public void A_joint_belief_of_one_set_equals_independent_ones()
    {
        var layout = new JointLayout([("tone", ["warm", "plain"])]);
        var model = new JointModel(layout, _ => new([0, 0], [0.5, 0, 0, 0.5], 2, 1), null);
        var updated = model.Update(default, new Dictionary<string, string> { ["tone"] = "warm" }, new(null, 0.8, 1, new(0)));
        var warm = updated.Belief(default, "tone", "warm", new(0));
        Assert.Equal(new GaussianPosterior(0, 2, 2, 1).Update(0.8, 1).Mu, warm.Mean, 1e-12);
        Assert.Equal(0, updated.Belief(default, "tone", "plain", new(0)).Mean, 1e-12);
    }

    [Fact]
    public void A_neural_linear_layer_with_one_hot_features_is_a_gaussian_an_action()
    {
        IEffectModel model = new NeuralLinear((_, _, action) => action == "a" ? [1, 0] : [0, 1], 2, 1, 2, 1, null);
        model = model.Update(default, new Dictionary<string, string> { ["s"] = "a" }, new(null, 1.5, 1, new(0)));
        var belief = Assert.IsType<ArmPosterior.Gaussian>(model.Belief(default, "s", "a", new(0))).Posterior;
        var expected = new GaussianPosterior(0, 1, 2, 1).Update(1.5, 1);
        Assert.All(
            new[] { (expected.Mu, belief.Mu), (expected.Kappa, belief.Kappa), (expected.A, belief.A), (expected.B, belief.B) },
            pair => Assert.Equal(pair.Item1, pair.Item2, 1e-12));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Shapes_that_are_not_positive_and_finite_are_refused(double alpha, double beta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BetaPosterior(alpha, beta));

    static bool Same(Evidence a, Evidence b) =>
        Close(a.Successes, b.Successes) && Close(a.Failures, b.Failures) && Close(a.Count, b.Count) && Close(a.MeanEffect, b.MeanEffect)
        && Close(a.SquaredDeviations, b.SquaredDeviations) && a.LastAt == b.LastAt && a.Trials == b.Trials && a.Wins == b.Wins;

    static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-10 * (1 + Math.Abs(b));
}
