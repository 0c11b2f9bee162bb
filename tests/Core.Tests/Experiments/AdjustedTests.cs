using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Tests.Experiments;

public sealed class AdjustedTests
{
    static PairedMoments Arm(SeededRandom random, int users, double effect)
    {
        var arm = default(PairedMoments);
        for (var i = 0; i < users; i++)
        {
            var before = Draw.Normal(random);
            arm = arm.Add(before, 2 * before + effect + Draw.Normal(random));
        }

        return arm;
    }

    /// <summary>y = 2x: θ = 2, and nothing is left of the spread.</summary>
    [Fact]
    public void What_was_before_is_taken_out_by_one_slope()
    {
        var arm = default(PairedMoments).Add(1, 2).Add(2, 4).Add(3, 6);
        var (theta, arms) = Adjusted.Of(arm);

        Assert.Equal(2, theta, 1e-12);
        Assert.Equal((3L, 4.0, 0.0), (arms[0].N, Math.Round(arms[0].Mean, 12), Math.Round(arms[0].M2, 12)));
    }

    [Fact]
    public void The_difference_stays_and_its_interval_narrows_by_the_correlation()
    {
        var random = new SeededRandom("cuped");
        var (treated, control) = (Arm(random, 3_000, 0.3), Arm(random, 3_000, 0));
        var plain = (Estimate.Known)DifferenceOfMeans.Welch(treated.Outcome, control.Outcome, default);
        var arms = Adjusted.Of(treated, control).Arms;
        var adjusted = (Estimate.Known)DifferenceOfMeans.Welch(arms[0], arms[1], default);

        Assert.True(adjusted.Covers(0.3));
        // Of a variance of 5, 4 lie in x.
        Assert.InRange(adjusted.StandardError / plain.StandardError, 0.42, 0.48);
    }

    [Fact]
    public void Without_any_spread_before_nothing_changes()
    {
        var arm = default(PairedMoments).Add(1, 5).Add(1, 7);

        Assert.Equal((0.0, arm.Outcome), (Adjusted.Of(arm).Theta, Adjusted.Of(arm).Arms[0]));
    }

    /// <summary>p = 0.05, 1,000 each, 99 %, 80 %: (2.5758 + 0.8416)·√(2·0.0475/1000) = 0.033309.</summary>
    [Fact]
    public void The_smallest_difference_is_that_of_the_textbook()
    {
        Assert.Equal(0.033309, Power.SmallestShare(0.05, 1_000, 1_000, default)!.Value, 1e-6);
        Assert.Null(Power.SmallestShare(0, 1_000, 1_000, default));
        Assert.Equal(0.75, Power.ShareOver(0.5, 7, 14), 1e-12);
    }

    /// <summary>A difference of that size is found in four of five tries.</summary>
    [Fact]
    public void Power_keeps_its_promise()
    {
        var random = new SeededRandom("power");
        var smallest = Power.SmallestMean(1, 200, 200, default)!.Value;
        var found = 0;
        for (var run = 0; run < 1_000; run++)
        {
            var (a, b) = (default(Moments), default(Moments));
            for (var i = 0; i < 200; i++)
            {
                (a, b) = (a.Add(smallest + Draw.Normal(random)), b.Add(Draw.Normal(random)));
            }

            found += DifferenceOfMeans.Welch(a, b, default) is Estimate.Known { Low: > 0 } ? 1 : 0;
        }

        Assert.InRange(found, 730, 860);
    }

    /// <summary>100 values of mean m and variance 100/99: z·error = 2.5758·0.100504 = 0.25888.</summary>
    [Theory]
    [InlineData(0.25, 0.9, false)]
    [InlineData(0.9, 0.25, false)]
    [InlineData(0.26, 0.26, true)]
    public void A_ratio_asks_for_means_that_are_told_from_0(double treated, double control, bool held) =>
        Assert.Equal(held, RatioOfMeans.AreAboveZero(Around(treated), Around(control), default));

    static Moments Around(double mean) => Moments.Of([.. Enumerable.Range(0, 100).Select(i => mean + (i % 2 == 0 ? 1 : -1))]);
}
