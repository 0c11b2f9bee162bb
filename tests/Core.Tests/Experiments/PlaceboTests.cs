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
        Assert.Equal(1000, placebo.PValues.Sum());
        Assert.All(placebo.Calibration(), point => Assert.InRange(point.Seen, point.Low, point.High));
    }

    [Fact]
    public void An_analysis_that_counts_each_user_nine_times_fails()
    {
        var placebo = Placebo.Halves<double>(
            Values, 1000, default, (a, b) => DifferenceOfMeans.Welch(Ninefold(a), Ninefold(b), default), new SeededRandom("aa"));
        Assert.True(placebo.Fails);
        // A ninth of the variance: p is at most 0.05 whenever |z| ≥ 1.96/3, which is half of the time.
        var first = placebo.Calibration()[0];
        Assert.InRange(first.Seen, 0.45, 0.58);
        Assert.True(first.Seen > first.High);
    }

    /// <summary>Of 10 p values 3 are at most 0.05: expected 0.05 ± 2.5758·√(0.05·0.95/10) = 0.05 ± 0.17753.</summary>
    [Fact]
    public void Calibration_counts_up_to_each_p_and_says_what_chance_leaves()
    {
        var points = (new Placebo(12, 10, 2, default) { PValues = [3, 0, 1, .. Enumerable.Repeat(0, 16), 6] }).Calibration();
        Assert.Equal(20, points.Length);
        Assert.Equal((0.05, 0.3, 0.0), (points[0].P, points[0].Seen, points[0].Low));
        Assert.Equal(0.22753, points[0].High, 1e-5);
        Assert.Equal((0.3, 0.4), (points[1].Seen, points[2].Seen));
        Assert.Equal(new CalibrationPoint(1, 1, 1, 1), points[19]);
        Assert.Empty(new Placebo(12, 10, 2, default).Calibration());
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
