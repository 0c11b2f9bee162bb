using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class PlaceboTests
{
    static readonly double[] Values = [.. Enumerable.Range(0, 400).Select(i => Math.Sin(i * 7.3) + i % 5)];

    [Fact]
    public void A_sound_analysis_passes()
    {
        var placebo = Placebo.Halves<double>(Values, 1000, default, (a, b) => DifferenceOfMeans.Welch(Moments.Of(a), Moments.Of(b), default), new SeededRandom("aa"));
        Assert.False(placebo.Fails);
        Assert.InRange(placebo.Covered, 970, 1000);
    }

    [Fact]
    public void An_analysis_that_counts_each_user_nine_times_fails()
    {
        var placebo = Placebo.Halves<double>(
            Values, 1000, default, (a, b) => DifferenceOfMeans.Welch(Ninefold(a), Ninefold(b), default), new SeededRandom("aa"));
        Assert.True(placebo.Fails);
    }

    static Moments Ninefold(ArraySegment<double> values) => Moments.Of([.. values.SelectMany(value => Enumerable.Repeat(value, 9))]);

    /// <summary>P(X ≥ 3), X binomial(100, 0.01): 1 − 0.99^100 − 100·0.01·0.99^99 − 4950·0.0001·0.99^98 = 0.0793732.</summary>
    [Fact]
    public void The_chance_of_so_many_misses_is_binomial() =>
        Assert.Equal(0.0793732, new Placebo(100, 97, 0, default).PValue, 1e-6);

    [Fact]
    public void Splits_without_an_interval_count_neither_way()
    {
        var placebo = Placebo.Halves<double>([1, 1, 1], 10, default, (a, b) => DifferenceOfMeans.Welch(Moments.Of(a), Moments.Of(b), default), new SeededRandom("aa"));
        Assert.Equal((10, 0, false), (placebo.NotKnown, placebo.Missed, placebo.Fails));
    }
}
