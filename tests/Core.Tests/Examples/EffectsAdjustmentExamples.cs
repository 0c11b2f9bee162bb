using Aampe.Agents.Core.Effects;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Examples;

public class EffectsAdjustmentExamples
{
    static readonly EffectOptions adjusted = Options with { Adjust = true, FewestNeighbours = 2 };

    // Y_pre is i and Y_post is 2i, a day away on either side; the last event is as old for all.
    static ControlUser[] Doubling(int users) => [.. Enumerable.Range(1, users).Select(i => Control(i, (-24, 2 * i), (24, 4 * i)))];

    [Fact]
    public void What_is_expected_follows_from_what_the_user_did_before()
    {
        var effect = Nearest(Treated((-24, 20), (24, 60)), Doubling(40), adjusted).Identified();
        // Twice the distance of 10 from the mean 20.5, less the share of 16 strangers among 56: 41 − 2·10.5·40/56 = 26 are expected, and 30 came.
        Assert.Equal((4, 40, true), (Math.Round(effect.Value, 9), effect.Controls, effect.Adjusted));
        Assert.Equal((26.0 - 10, 20.5, 41), (Math.Round(effect.ControlMean, 9), effect.ControlPre, effect.ControlPost));
    }

    [Fact]
    public void Users_who_all_did_the_same_tell_what_to_expect_and_no_error()
    {
        var pool = Enumerable.Range(1, 20).Select(i => Control(i, (24, 2))).ToArray();
        var without = Effect.MeasureNearest(T, Treated((24, 6)), pool, null, adjusted, 1, Circumstances.Complete).Identified();
        Assert.Equal((2, null, null), (without.Value, without.Variance, without.ControlVariance));
        Assert.Equal(1, Nearest(Treated((24, 6)), pool, adjusted).Identified().Variance);
    }

    [Fact]
    public void With_no_covariate_that_varies_the_mean_is_expected()
    {
        ControlUser[] pool = [.. Enumerable.Range(1, 4).Select(i => Control(i, (24, 2 * i)))];
        var effect = Nearest(Treated((24, 8)), pool, adjusted).Identified();
        // 1, 2, 3, 4 after: the mean 2.5; about it 5 in squares on 3 degrees of freedom, and 16/9 of them a user where each is left out.
        Assert.Equal((1.5, true), (effect.Value, effect.Adjusted));
        Assert.Equal((5 / 3.0, 5.0 / 4 * 16 / 9), (Math.Round(effect.ControlVariance!.Value, 12), Math.Round(effect.Variance!.Value, 12)), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void Fewer_than_four_users_a_coefficient_are_compared_without_adjustment(int users, bool fitted) =>
        Assert.Equal((fitted, users), (Nearest(Treated(), Doubling(users), adjusted).Identified() is var e && e.Adjusted, e.Controls));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_one_user_or_none_own_weeks_stand_in(int users) =>
        Assert.Equal((true, false), (Nearest(Treated(), Doubling(users), adjusted).Identified() is var e && e.BySelf, e.Adjusted));

    [Fact]
    public void A_wider_stratum_with_users_enough_is_taken()
    {
        ReadOnlyMemory<ControlUser>[] strata = [Doubling(5), Doubling(30)];
        var effect = Effect.MeasureNearest(T, Treated(), strata, 1, adjusted, 1, Circumstances.Complete).Identified();
        Assert.Equal((1, 30, true), (effect.Stratum, effect.Controls, effect.Adjusted));
    }

    [Fact]
    public void Without_untreated_days_equal_windows_are_compared_or_nothing_with_a_long_baseline()
    {
        var dense = Treated((24, 2)).SentAt([.. Enumerable.Range(1, 10).Select(third => -72.0 * third)]);
        Assert.Equal((false, 0), (Nearest(dense, Doubling(40), adjusted).Identified() is var e && e.Adjusted, e.BaselineDays));
        Assert.Equal(WhyNot.Overlap, Nearest(dense, Doubling(40), adjusted with { Baseline = Baseline.FourWeeks }).Why());
    }

    [Fact]
    public void What_own_sends_reach_is_no_covariate()
    {
        // Twice as much just before, under the eyes of a message: nothing more is expected after.
        var pool = Doubling(40);
        Assert.Equal(
            Nearest(Treated((-24, 2), (24, 2)).SentAt(-80), pool, adjusted).Identified().Value,
            Nearest(Treated((-24, 90), (24, 2)).SentAt(-80), pool, adjusted).Identified().Value);
    }

    [Fact]
    public void Holdout_users_alone_are_fitted_where_they_are_enough()
    {
        var pool = Doubling(60).Select((user, i) => user with { Holdout = i >= 24 }).ToArray();
        Assert.Equal(36, Nearest(Treated(), pool, adjusted).Identified().Controls);
        pool[24] = pool[24] with { Holdout = false };
        Assert.Equal(60, Nearest(Treated(), pool, adjusted).Identified().Controls);
    }

    [Fact]
    public void Controls_that_were_chosen_already_are_not_adjusted() =>
        Assert.False(Effect.Measure(T, Treated(), Doubling(40), 1, adjusted, 1).Identified().Adjusted);

    [Fact]
    public void Least_squares_ask_for_a_row_an_outcome_and_for_users_enough()
    {
        Assert.Throws<ArgumentException>(() => LeastSquares.Fit([1, 2, 3], [1, 2], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeastSquares.Fit([], [1, 2], -1));
        Assert.Null(LeastSquares.Fit([1, 2], [1, 2], 1));
        Assert.Null(LeastSquares.Fit([], [1], 0));
        Assert.Equal(1.5, LeastSquares.Fit([7, 7], [1, 2], 1)!.Predict([100]));
    }

    [Fact]
    public void The_number_of_controls_is_the_one_with_the_least_error_on_users_left_out()
    {
        // Differences 0, 0, 6, 6 in two pairs of habits: one neighbour tells all, two mix the pairs.
        ControlUser[] pool = [.. new[] { (1, 0.0), (2, 0.0), (50, 12.0), (51, 12.0) }.Select((one, i) => Control(i + 1, (24, one.Item2)) with { FirstSeen = Hours(-1200 - 24 * one.Item1) })];
        var table = NeighbourChoice.Errors(pool, [T], [3, 1, 2, 2, 9], Options);
        Assert.Equal([(1, 0, 0, 4), (2, 0, 9, 4), (3, 0, 16, 4)], table.Select(one => (one.Neighbours, Math.Round(one.MeanError, 12) + 0, Math.Round(one.MeanSquaredError, 12), one.Placebos)));
        Assert.Equal((1, null), (NeighbourChoice.Best(table), NeighbourChoice.Best([])));
        Assert.Throws<ArgumentOutOfRangeException>(() => NeighbourChoice.Errors(pool, [T], [0], Options));
        Assert.Empty(NeighbourChoice.Errors(pool.AsSpan(0, 1), [T], [1], Options));
    }
}
