using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Decisions;

public sealed class ThompsonSamplingTests
{
    static readonly Gen<double> shape = Gen.OneOf(Gen.Double[0.02, 1], Gen.Double[1, 30], Gen.Double[30, 5000]);

    static readonly Gen<ArmPosterior[]> betas = Gen.Select(shape, shape, (a, b) => ArmPosterior.Of(new BetaPosterior(a, b))).Array[2, 9];

    static readonly Gen<ArmPosterior[]> gaussians =
        Gen.Select(Gen.Double[-3, 3], Gen.Double[0.2, 50], Gen.Double[0.8, 40], Gen.Double[0.05, 20], (m, k, a, b) => ArmPosterior.Of(new GaussianPosterior(m, k, a, b))).Array[2, 7];

    [Fact]
    public void Propensities_sum_to_one() =>
        betas.Sample(arms => Math.Abs(ThompsonSampling.Propensities(arms).Sum() - 1) < 1e-9, iter: 1000, seed: "0000KOIKhEB3");

    [Fact]
    public void Propensities_of_effects_sum_to_one() =>
        gaussians.Sample(arms => Math.Abs(ThompsonSampling.Propensities(arms).Sum() - 1) < 1e-9, iter: 500, seed: "0000KOIKhEB3");

    [Fact]
    public void Order_of_the_arms_does_not_matter() =>
        betas.Sample(
            arms => ThompsonSampling.Propensities(arms).Zip(ThompsonSampling.Propensities([.. arms.Reverse()]).Reverse()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-8),
            iter: 300,
            seed: "0000KOIKhEB3");

    [Fact]
    public void Twins_are_equally_likely_beside_needles_and_heavy_tails()
    {
        ArmPosterior twin = ArmPosterior.Of(new GaussianPosterior(1.085, 18.264, 42.321, 0.002));
        var ours = ThompsonSampling.Propensities(
            [twin, twin, ArmPosterior.Of(new GaussianPosterior(1.842, 48.4, 0.308, 12.8)), ArmPosterior.Of(new GaussianPosterior(1.605, 18_393, 0.702, 0.018)), ArmPosterior.Of(new GaussianPosterior(-1.12, 10, 38_687, 3.3))]);
        Assert.Equal(ours[0], ours[1], 1e-7);
        Assert.Equal(1, ours.Sum(), 1e-9);
    }

    // Two ways to the same integral: the shared grid against one adaptive integral an arm over special functions (which a price forces).
    // Shapes from ½: the slow way compares values, and below that too many of them round to 1.
    [Fact]
    public void The_fast_integral_equals_the_slow_one() =>
        Gen.Select(Gen.Double[0.5, 30], Gen.Double[0.5, 300], (a, b) => ArmPosterior.Of(new BetaPosterior(a, b))).Array[2, 6].Sample(
            arms =>
            {
                EligibleAction[] priced = [.. arms.Select((arm, j) => new EligibleAction($"a{j}", arm, arm) { Price = j == 0 ? 1e-12 : 0 })];
                var slow = ThompsonSampling.Choose("set", priced, true, new(1, 0), new SeededRandom("s")).Candidates;
                return ThompsonSampling.Propensities(arms).Zip(slow).All(pair => Math.Abs(pair.First - pair.Second.SampledProbability) < 2e-7);
            },
            iter: 60,
            seed: "0000KOIKhEB3");

    [Fact]
    public void Two_betas_of_whole_shapes_follow_the_published_sum()
    {
        // P(B > A) = Σ_{i<α_B} B(α_A + i, β_A + β_B)/((β_B + i)·B(1 + i, β_B)·B(α_A, β_A)), Miller (2015), formula for A/B tests.
        const int a1 = 12, b1 = 40, a2 = 15, b2 = 38;
        static double LogBeta(double a, double b) => MathNet.Numerics.SpecialFunctions.BetaLn(a, b);
        var expected = Enumerable.Range(0, a2).Sum(i => Math.Exp(LogBeta(a1 + i, b1 + b2) - Math.Log(b2 + i) - LogBeta(1 + i, b2) - LogBeta(a1, b1)));
        var ours = ThompsonSampling.Propensities([ArmPosterior.Of(new BetaPosterior(a1, b1)), ArmPosterior.Of(new BetaPosterior(a2, b2))]);
        Assert.Equal(expected, ours[1], 1e-10);
    }

    [Fact]
    public void One_eligible_action_is_certain()
    {
        var choice = ThompsonSampling.Choose("tone", [Arm("warm", 2, 5)], true, new(0.5, 0.5), new SeededRandom("one"));
        Assert.Equal((1.0, "warm", false), (choice.Propensity, choice.Action, choice.Explored));
    }

    [Fact]
    public void An_explored_action_carries_the_largest_draw()
    {
        EligibleAction[] arms = [Arm("good", 900, 100), Arm("bad", 10, 900)];
        var explored = Enumerable.Range(0, 200).Select(i => ThompsonSampling.Choose("tone", arms, true, new(1, 1), new SeededRandom($"e{i}"))).ToList();
        Assert.All(explored, choice => Assert.Equal(choice.Candidates.Max(candidate => candidate.Draw), choice.Chosen.Draw));
        Assert.Contains(explored, choice => choice.Action == "bad" && choice.Propensity == 0.5);
    }

    [Fact]
    public void A_decision_without_sampling_draws_the_means()
    {
        var choice = ThompsonSampling.Choose("tone", [Arm("a", 1, 3), Arm("b", 2, 3)], false, new(0, 0), new SeededRandom("m"));
        Assert.Equal([0.25, 0.4], choice.Candidates.Select(candidate => candidate.Draw));
        Assert.Equal(("b", 1.0), (choice.Action, choice.Propensity));
    }

    [Fact]
    public void The_same_generator_repeats_the_choice()
    {
        EligibleAction[] arms = [Arm("a", 2, 3), Arm("b", 3, 4), Arm("c", 1, 1)];
        Choice Once() => ThompsonSampling.Choose("tone", arms, true, new(), new SeededRandom("u-1/7/tone"));
        Assert.Equal(Once().Candidates.AsEnumerable(), Once().Candidates.AsEnumerable());
        Assert.Equal(Once().ChosenIndex, Once().ChosenIndex);
    }

    [Fact]
    public void A_combination_is_less_certain_than_independent_sets_would_be()
    {
        var options = new SamplingOptions(0.5, 0);
        EligibleAction[] arms = [Arm("a", 2, 3), Arm("b", 4, 6)];
        var choices = new[] { "tone", "offer" }.Select(set => ThompsonSampling.Choose(set, [arms[0], Arm("c", 1, 9)], false, options, new SeededRandom(set))).ToArray();
        var pi = choices[0].Candidates[0].SampledProbability;
        Assert.Equal(0.5 * pi * pi + 0.5, CombinationPropensity.Of(choices, options), 1e-12);
        Assert.NotEqual(choices[0].Propensity * choices[1].Propensity, CombinationPropensity.Of(choices, options), 1e-3);
    }

    [Fact]
    public void Combinations_of_all_actions_sum_to_one()
    {
        var options = new SamplingOptions(0.3, 0.05);
        var first = ThompsonSampling.Choose("tone", [Arm("a", 2, 3), Arm("b", 4, 6), Arm("c", 3, 3)], true, options, new SeededRandom("1"));
        var second = ThompsonSampling.Choose("offer", [Arm("x", 1, 1), Arm("y", 4, 3)], true, options, new SeededRandom("2"));
        var sum = (from i in Enumerable.Range(0, 3) from j in Enumerable.Range(0, 2) select CombinationPropensity.Of([(first, i), (second, j)], options)).Sum();
        Assert.Equal(1, sum, 1e-12);
    }

    [Fact]
    public void A_model_without_propensities_gets_estimated_ones()
    {
        var model = new NeuralLinear((_, _, action) => action == "a" ? [1, 0] : [0, 1], 2, 1, 2, 1, null);
        var choice = ThompsonSampling.ChooseBy("tone", model, new("active-mid"), ["a", "b"], new(0), true, new(), new SeededRandom("n"));
        Assert.Equal(1000, choice.EstimatedBy);
        Assert.Equal(1, choice.Candidates.Sum(candidate => candidate.Propensity), 1e-9);
        Assert.InRange(choice.Candidates[0].SampledProbability, 0.42, 0.58);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1.5)]
    public void Shared_credit_divides_the_effect_among_the_sets(bool shared, double alpha)
    {
        var model = new IndependentModel((_, _, _) => ArmPosterior.Of(default(BetaPosterior)), null) { SharedCredit = shared };
        var after = model.Update(default, new Dictionary<string, string> { ["tone"] = "warm", ["offer"] = "none" }, new(1, 0.4, 1, new(0)));
        Assert.Equal(ArmPosterior.Of(new BetaPosterior(alpha, 1)), after.Belief(default, "tone", "warm", new(0)));
        Assert.Equal(ArmPosterior.Of(default(BetaPosterior)), after.Belief(default, "tone", "plain", new(0)));
    }

    [Fact]
    public void Nothing_eligible_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => ThompsonSampling.Choose("tone", [], true, new(), new SeededRandom("x")));

    [Fact]
    public void Probabilities_and_effects_are_not_compared() =>
        Assert.Throws<ArgumentException>(() => ThompsonSampling.Propensities([ArmPosterior.Of(default(BetaPosterior)), ArmPosterior.Of(default(GaussianPosterior))]));

    [Fact]
    public void A_fixed_choice_is_certain()
    {
        var choice = ThompsonSampling.ChooseFixed("tone", [Arm("a", 2, 3), Arm("b", 4, 6)], "b");
        Assert.Equal(("b", 1.0), (choice.Action, choice.Propensity));
        Assert.Throws<ArgumentException>(() => ThompsonSampling.ChooseFixed("tone", [Arm("a", 2, 3)], "b"));
    }

    static EligibleAction Arm(string action, double alpha, double beta) => new(action, ArmPosterior.Of(new BetaPosterior(alpha, beta)), ArmPosterior.Of(default(BetaPosterior)));
}
