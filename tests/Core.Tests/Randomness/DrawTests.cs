using Aampe.Agents.Core.Randomness;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Randomness;

/// <summary>
/// Kolmogorov–Smirnov tests of 40,000 draws against MathNet's distribution functions. Limit 2.694/√n: false alarm 1e-6 (the seed is fixed,
/// so a red test stays red).
/// </summary>
public sealed class DrawTests
{
    const int Draws = 40_000;
    const double Limit = 2.694;

    [Fact]
    public void Normal_draws_have_the_standard_normal_law() => FollowsLaw(Draw.Normal, x => Normal.CDF(0, 1, x), "normal");

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.999)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(40)]
    [InlineData(1e5)]
    public void Gamma_draws_have_the_gamma_law(double shape) =>
        FollowsLaw(random => Draw.Gamma(random, shape), x => SpecialFunctions.GammaLowerRegularized(shape, x), $"gamma {shape}");

    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.02)]
    public void Logarithms_of_gamma_draws_keep_their_law_where_the_draw_itself_rounds_to_zero(double shape) =>
        FollowsLaw(
            random => Draw.LogGamma(random, shape),
            // First term of the series of the incomplete gamma function; the next is smaller by e^x.
            x => x < -20 ? Math.Exp(shape * x - SpecialFunctions.GammaLn(shape + 1)) : SpecialFunctions.GammaLowerRegularized(shape, Math.Exp(x)),
            $"log gamma {shape}");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.3, 0.7)]
    [InlineData(0.5, 8)]
    [InlineData(2.5, 7.5)]
    [InlineData(12, 0.4)]
    [InlineData(4000, 36000)]
    public void Beta_draws_have_the_beta_law(double alpha, double beta) =>
        FollowsLaw(random => Draw.Beta(random, alpha, beta), x => Beta.CDF(alpha, beta, x), $"beta {alpha} {beta}");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.3, 0.7)]
    [InlineData(0.5, 8)]
    [InlineData(1, 9)]
    [InlineData(5.5, 1)]
    [InlineData(2.5, 7.5)]
    [InlineData(3, 1.01)]
    [InlineData(12, 0.4)]
    [InlineData(4000, 36000)]
    public void Logits_of_beta_draws_have_the_law_of_the_logit(double alpha, double beta) =>
        FollowsLaw(random => Draw.Logistic(Draw.LogitBeta(random, alpha, beta)), x => Beta.CDF(alpha, beta, x), $"logit {alpha} {beta}");

    // Of tiny shapes nearly all the mass lies where the number itself rounds to 0 or 1: there the logit has tails e^(αx) and e^(−βx) with the mean's shares.
    [Theory]
    [InlineData(1e-3, 3e-3, Sampler.First)]
    [InlineData(1e-3, 3e-3, Sampler.Second)]
    [InlineData(0.04, 0.01, Sampler.Second)]
    public void Logits_of_beta_draws_keep_their_law_where_the_draw_itself_rounds_to_an_end(double alpha, double beta, Sampler sampler) =>
        FollowsLaw(
            random => Draw.LogitBeta(random, alpha, beta),
            x => x < -20 ? Math.Exp(alpha * x - Math.Log(alpha) - SpecialFunctions.BetaLn(alpha, beta))
                : x > 20 ? 1 - Math.Exp(-beta * x - Math.Log(beta) - SpecialFunctions.BetaLn(alpha, beta))
                : Beta.CDF(alpha, beta, Draw.Logistic(x)),
            $"logit {alpha} {beta}",
            sampler);

    [Theory]
    [InlineData(Sampler.First)]
    [InlineData(Sampler.Second)]
    public void Normal_draws_reach_the_tails_as_often_as_they_must(Sampler sampler)
    {
        var random = new SeededRandom("tails", sampler);
        var beyond = Enumerable.Range(0, 100 * Draws).Select(_ => Draw.Normal(random)).Where(x => Math.Abs(x) > 3.6541528853610088).Order().ToArray();
        var expected = 100 * Draws * 2 * Normal.CDF(0, 1, -3.6541528853610088);
        Assert.InRange(beyond.Length, expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
        Assert.InRange(beyond.Count(x => x > 0), 0.5 * beyond.Length - 2.5 * Math.Sqrt(beyond.Length), 0.5 * beyond.Length + 2.5 * Math.Sqrt(beyond.Length));
        Assert.InRange(beyond[^1], 4.5, 6.5);
    }

    [Theory]
    [InlineData(Sampler.First)]
    [InlineData(Sampler.Second)]
    public void Normals_side_by_side_are_those_of_one_draw_after_the_other(Sampler sampler)
    {
        var (one, many) = (new SeededRandom("side", sampler), new SeededRandom("side", sampler));
        var drawn = new double[1_000];
        Draw.Normals(many, drawn);
        Assert.All(drawn, x => Assert.Equal(Draw.Normal(one), x));
    }

    [Fact]
    public void Every_sampler_is_found_again_by_the_name_that_records_have()
    {
        Assert.All(Enum.GetValues<Sampler>(), sampler => Assert.Equal(sampler, SeededRandom.SamplerOf(SeededRandom.NameOf(sampler))));
        Assert.Throws<ArgumentException>(() => SeededRandom.SamplerOf("xoshiro"));
    }

    [Fact]
    public void Logits_of_beta_draws_of_tiny_shapes_are_finite_and_split_as_the_mean_says()
    {
        var random = new SeededRandom("tiny");
        var high = Enumerable.Range(0, Draws).Count(_ => Finite(Draw.LogitBeta(random, 1e-3, 3e-3)) > 0);
        Assert.InRange(high / (double)Draws, 0.25 - 0.011, 0.25 + 0.011);
    }

    [Fact]
    public void Equal_keys_give_equal_draws() =>
        Assert.Equal(Draw.Beta(new SeededRandom("k"), 2, 3), Draw.Beta(new SeededRandom("k"), 2, 3));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    [InlineData(double.NaN, 1)]
    public void Shapes_must_be_positive(double alpha, double beta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Draw.Beta(new SeededRandom("k"), alpha, beta));

    static double Finite(double x) => double.IsFinite(x) ? x : throw new ArithmeticException("not finite");

    static void FollowsLaw(Func<Random, double> draw, Func<double, double> cdf, string seed)
    {
        Assert.All(Enum.GetValues<Sampler>(), sampler => FollowsLaw(draw, cdf, seed, sampler));
    }

    static void FollowsLaw(Func<Random, double> draw, Func<double, double> cdf, string seed, Sampler sampler)
    {
        var random = new SeededRandom(seed, sampler);
        var sorted = Enumerable.Range(0, Draws).Select(_ => draw(random)).Order().ToArray();
        var distance = sorted.Select((x, i) => (F: cdf(x), I: i)).Max(p => Math.Max(p.F - (double)p.I / Draws, (p.I + 1.0) / Draws - p.F));
        Assert.True(distance < Limit / Math.Sqrt(Draws), $"{seed}, {sampler} sampler: distance {distance}");
    }
}
