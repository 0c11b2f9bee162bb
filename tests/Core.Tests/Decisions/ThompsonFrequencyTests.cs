using Aampe.Agents.Core.Decisions;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Decisions;

/// <summary>
/// 100,000 choices a case against the propensities that were logged with them: chi-square, false alarm 1e-6, fixed seeds. Actions with
/// fewer than five expected choices are counted together.
/// </summary>
public sealed class ThompsonFrequencyTests
{
    const int Choices = 100_000;
    const double FalseAlarm = 1e-6;

    [Theory]
    [InlineData("sampled", 1, 0)]
    [InlineData("explored", 1, 0.05)]
    [InlineData("thirds", 0.3, 0)]
    [InlineData("mixed", 0.3, 0.1)]
    [InlineData("greedy", 0, 0.2)]
    public void Choices_are_as_frequent_as_their_propensity(string seed, double share, double exploration)
    {
        EligibleAction[] tone = [Beta("warm", 3, 9), Beta("plain", 2.5, 7.5), Beta("playful", 1, 4), Beta("formal", 20, 70)];
        Fits(tone, new(share, exploration), seed);
    }

    [Fact]
    public void Shapes_below_one_are_as_frequent_as_integration_says() =>
        Fits([Beta("a", 0.2, 1.4), Beta("b", 0.05, 0.1), Beta("c", 0.7, 0.3), Beta("d", 0.4, 0.02)], new(1, 0), "below one");

    [Fact]
    public void Draws_that_round_to_one_are_not_taken_for_ties() =>
        Fits([Beta("a", 5, 0.01), Beta("b", 5, 0.03)], new(1, 0), "rounds to one");

    [Fact]
    public void Ties_of_means_are_shared_evenly() => Fits([Beta("a", 2, 3), Beta("b", 4, 6), Beta("c", 1, 9)], new(0, 0), "ties");

    [Fact]
    public void Effects_of_unknown_noise_are_as_frequent_as_integration_says() =>
        Fits([Gaussian("a", new(0.1, 3, 2, 1)), Gaussian("b", new(0, 1, 2, 1)), Gaussian("c", new(0.3, 20, 9, 12))], new(1, 0.02), "gaussian");

    [Fact]
    public void A_price_on_send_is_part_of_the_propensity() =>
        Fits([Beta("hold", 4, 16), Beta("send", 5, 15) with { Price = 0.06 }], new(1, 0), "price");

    [Fact]
    public void Uniform_choices_are_uniform()
    {
        EligibleAction[] actions = [Beta("a", 9, 1), Beta("b", 1, 9), Beta("c", 1, 1)];
        var random = new SeededRandom("uniform");
        var counts = new int[3];
        for (var i = 0; i < Choices; i++)
        {
            counts[ThompsonSampling.ChooseUniformly("set", actions, random).ChosenIndex]++;
        }

        AssertFrequencies([1 / 3.0, 1 / 3.0, 1 / 3.0], counts);
    }

    static void Fits(EligibleAction[] actions, SamplingOptions options, string seed)
    {
        var random = new SeededRandom(seed);
        var counts = new int[actions.Length];
        Choice? last = null;
        for (var i = 0; i < Choices; i++)
        {
            last = ThompsonSampling.Choose("set", actions, options.DrawSampled(random), options, random);
            counts[last.ChosenIndex]++;
        }

        AssertFrequencies([.. last!.Candidates.Select(candidate => candidate.Propensity)], counts);
    }

    static void AssertFrequencies(double[] propensities, int[] counts)
    {
        Assert.Equal(1, propensities.Sum(), 1e-9);
        Assert.All(propensities.Zip(counts), pair => Assert.False(pair.First == 0 && pair.Second > 0, "an action of propensity 0 was chosen"));
        var cells = propensities.Zip(counts, (p, count) => (Expected: p * Choices, Count: (double)count)).ToLookup(cell => cell.Expected >= 5);
        var rare = (Expected: cells[false].Sum(cell => cell.Expected), Count: cells[false].Sum(cell => cell.Count));
        var tested = rare.Expected >= 5 ? cells[true].Append(rare).ToArray() : [.. cells[true]];
        var square = tested.Sum(cell => (cell.Count - cell.Expected) * (cell.Count - cell.Expected) / cell.Expected);
        Assert.True(1 - ChiSquared.CDF(tested.Length - 1, square) > FalseAlarm, $"chi-square {square} of {string.Join(", ", tested)}");
    }

    static EligibleAction Beta(string action, double alpha, double beta) => new(action, ArmPosterior.Of(new BetaPosterior(alpha, beta)), ArmPosterior.Of(default(BetaPosterior)));

    static EligibleAction Gaussian(string action, GaussianPosterior belief) => new(action, ArmPosterior.Of(belief), ArmPosterior.Of(default(GaussianPosterior)));
}
