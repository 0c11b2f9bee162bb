using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class BlockedMeanTests
{
    /// <summary>Block means 1, 2, 6: mean 3, sd √7, t(2 d.f., 97.5 %) = 4.302653; half-width 4.302653·√(7/3).</summary>
    [Fact]
    public void Blocks_of_one_size_give_the_t_interval_of_their_means()
    {
        var estimate = (Estimate.Known)BlockedMean.Of([Moments.Of([0, 2]), Moments.Of([2, 2]), Moments.Of([5, 7])], new(0.95));
        Assert.Equal(3, estimate.Value, 1e-12);
        Assert.Equal(Math.Sqrt(7 / 3.0), estimate.StandardError, 1e-12);
        Assert.Equal(3 - 4.302653 * Math.Sqrt(7 / 3.0), estimate.Low, 1e-5);
    }

    /// <summary>Sizes 1, 1, 2: they weigh as (1 + 1 + 2)² / (1 + 1 + 4) = 8/3 equal blocks, so t has 5/3 degrees of freedom.</summary>
    [Fact]
    public void Blocks_of_unequal_size_have_fewer_degrees_of_freedom()
    {
        var estimate = (Estimate.Known)BlockedMean.Of([Moments.Of([1]), Moments.Of([4]), Moments.Of([2, 3])], default);
        Assert.Equal(ConfidenceLevel.Default.StudentQuantile(5 / 3.0), (estimate.High - estimate.Value) / estimate.StandardError, 1e-9);
    }

    [Fact]
    public void The_value_is_the_mean_of_all_effects() =>
        Assert.Equal(2, ((Estimate.Known)BlockedMean.Of([Moments.Of([1, 1, 1]), default, Moments.Of([2, 2, 5])], default)).Value, 1e-12);

    [Theory, InlineData(0), InlineData(1)]
    public void Fewer_than_two_blocks_say_nothing(int blocks) =>
        Assert.Equal(
            new Estimate.NotKnown(WhyNotKnown.TooFewBlocks), BlockedMean.Of([.. Enumerable.Repeat(Moments.Of([1, 2, 3, 4]), blocks), default], default));

    [Fact]
    public void One_block_that_outweighs_all_others_says_nothing() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.TooFewBlocks), BlockedMean.Of([new(1000, 1, 5), new(1, 0, 0), new(1, 2, 0)], default));

    [Fact]
    public void Blocks_that_are_all_alike_say_nothing() =>
        Assert.Equal(new Estimate.NotKnown(WhyNotKnown.NoVariation), BlockedMean.Of([Moments.Of([1, 3]), Moments.Of([2, 2])], default));

    [Fact]
    public void Effects_that_share_their_day_are_covered_as_often_as_the_level_says()
    {
        // 4 000 worlds of 14 days with 20 or 60 effects each, day sd 1, effect sd 2: sd of the share 0.0016.
        var random = new SeededRandom("days");
        var (blocked, naive) = (0, 0);
        for (var world = 0; world < 4000; world++)
        {
            var days = Enumerable.Range(0, 14).Select(day => Day(random, day % 2 == 0 ? 20 : 60)).ToArray();
            var all = days.Aggregate((a, b) => a.Merge(b));
            blocked += ((Estimate.Known)BlockedMean.Of(days, default)).Covers(0) ? 1 : 0;
            naive += Math.Abs(all.Mean) <= ConfidenceLevel.Default.NormalQuantile * Math.Sqrt(all.Variance() / all.N) ? 1 : 0;
        }

        Assert.InRange(blocked / 4000.0, 0.98, 0.998);
        Assert.True(naive / 4000.0 < 0.8, $"effects taken as independent cover in {naive / 4000.0:P1} and the test would not see the difference");
    }

    static Moments Day(SeededRandom random, int effects)
    {
        var shared = Normal.Sample(random, 0, 1);
        return Moments.Of([.. Enumerable.Range(0, effects).Select(_ => shared + Normal.Sample(random, 0, 2))]);
    }
}
