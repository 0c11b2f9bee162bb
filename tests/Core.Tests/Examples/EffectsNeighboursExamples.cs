using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Examples;

public class EffectsNeighboursExamples
{
    static readonly EffectOptions two = Options with { Neighbours = 2, FewestNeighbours = 2, Features = NeighbourFeatures.All };

    static ControlUser[] Spread(params double[] weights) => [.. weights.Select((weight, i) => Control(i + 1, (-24, weight)))];

    static int[] Nearest(TreatedUser treated, ControlUser[] pool, EffectOptions options) =>
        [.. ControlGroup.Nearest(T, treated, pool, options.Window, options).Select(near => near.Index)];

    [Fact]
    public void The_nearest_by_what_they_did_before_are_chosen() =>
        Assert.Equal([2, 1], Nearest(Treated((-24, 5)), Spread(1, 4, 5.5, 9), two));

    [Fact]
    public void A_user_is_never_its_own_control() =>
        Assert.Equal([1, 3], Nearest(Treated((-24, 5)) with { Hash = 3 }, Spread(1, 4, 5.5, 9), two));

    [Fact]
    public void Holdout_users_alone_are_chosen_where_there_are_enough()
    {
        var pool = Spread(1, 4, 5.5, 9);
        pool[0] = pool[0] with { Holdout = true };
        Assert.Equal([2, 1], Nearest(Treated((-24, 5)), pool, two));
        pool[3] = pool[3] with { Holdout = true };
        Assert.Equal([3, 0], Nearest(Treated((-24, 5.1)), pool, two));
    }

    [Fact]
    public void Without_the_baseline_the_outcome_before_does_not_matter()
    {
        var pool = Spread(5, 5.1, 1).Select((user, i) => user with { FirstSeen = Hours(-1200 - 600 * i) }).ToArray();
        var treated = Treated((-24, 5)) with { FirstSeen = Hours(-2400) };
        Assert.Equal([2, 1], Nearest(treated, pool, two with { Features = NeighbourFeatures.WithoutBaseline }));
    }

    /// <summary>ADR 0011: nothing of pre chooses a neighbour, neither its outcome nor its last event nor its days.</summary>
    [Fact]
    public void By_default_what_happened_in_the_window_before_chooses_no_neighbour()
    {
        var pool = Enumerable.Range(1, 9).Select(i => Control(i, (-72 - 30 * i, 1), (-7 * i, 1))).ToArray();
        var expected = Nearest(Treated((-200, 1)), pool, Options with { Neighbours = 3 });
        var busy = Treated((-200, 1), (-60, 1), (-30, 1), (-1, 1));
        Assert.Equal(expected, Nearest(busy, pool, Options with { Neighbours = 3 }));
        Assert.NotEqual(Nearest(Treated((-200, 1)), pool, two with { Neighbours = 3 }), Nearest(busy, pool, two with { Neighbours = 3 }));
    }

    [Fact]
    public void A_control_that_was_messaged_in_the_windows_is_dropped()
    {
        var pool = Spread(1, 4, 5.5, 9);
        pool[2] = pool[2] with { Interventions = At(71) };
        Assert.Equal([1, 3], Nearest(Treated((-24, 5)), pool, two));
    }

    [Fact]
    public void Equally_near_controls_are_told_apart_by_their_mix_with_the_time()
    {
        ControlUser[] pool = [Control(1), Control(2), Control(3)];
        var expected = Enumerable.Range(0, 3).OrderBy(i => ControlGroup.TieBreak(pool[i].Hash, T)).Take(2);
        Assert.Equal(expected, Nearest(Treated(), pool, two));
    }

    [Fact]
    public void A_stratum_too_small_is_widened()
    {
        ReadOnlyMemory<ControlUser>[] strata = [Spread(1, 2, 3, 4), Controls(5, 1), Controls(9, 1)];
        var effect = Effect.MeasureNearest(T, Treated(), strata, 1, Options, 1, Circumstances.Complete).Identified();
        Assert.Equal((1, 5), (effect.Stratum, effect.Controls));
    }

    [Fact]
    public void Without_any_stratum_large_enough_own_weeks_are_used() =>
        Assert.True(Effect.MeasureNearest(T, Treated(), Controls(4, 1), 1, Options, 1, Circumstances.Complete).Identified().BySelf);

    [Fact]
    public void The_radius_is_the_distance_of_the_furthest_chosen()
    {
        // Weights ±1 at a day before: Y_pre ±½, the only feature that is not constant; standard deviation 1/√2.
        var effect = EffectScene.Nearest(Treated(), Spread(-1, 1), two).Identified();
        Assert.Equal(Math.Sqrt(0.5), effect.Radius, 1e-12);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public void For_a_trigger_each_control_is_measured_at_its_own(double minutes, bool eligible)
    {
        var triggered = Options with { Surface = Surface.Triggered, FewestNeighbours = 1 };
        var trigger = new Instant(Hours(minutes / 60).UnixMilliseconds - 1);
        var control = Control(1, (minutes / 60 + 24, 8)) with { Triggers = [Hours(-300), trigger, Hours(300)] };
        Assert.Equal(eligible, ControlGroup.IsEligible(control, T, triggered));
        if (eligible)
        {
            Assert.Equal(4, Measure(Treated(), [control], triggered).Identified().ControlMean);
        }
    }

    [Fact]
    public void Features_are_what_section_5_says()
    {
        var into = new double[BehaviourFeatures.Count];
        BehaviourFeatures.Fill(into, 1.5, new(7, 3, 30_000, 40_000), Hours(-4), Hours(-48), T);
        Assert.Equal([1.5, Math.Log(8), Math.Log(5), Math.Log(4), 0.6, 0.8, Math.Log(3)], into);
        BehaviourFeatures.Fill(into, 0, default, null, Hours(1), T);
        Assert.Equal([0, 0, Math.Log(673), 0, 0, 0, 0], into);
    }

    [Fact]
    public void Four_weeks_are_the_28_whole_days_before_the_day_itself()
    {
        var days = new[] { 0, -1, -28, -29 }.Aggregate(DayCounters.Empty, (all, day) => all.Add(new(1, "x", Hours(24 * day), null), day == -1, localHour: 6));
        Assert.Equal(new(2, 1, 0, 20_000), days.Sum28(T));
        Assert.Equal(3, days.Trim(Hours(-24 * 28)).Days.Length);
        Assert.Equal(T.UtcDay - 1, days.LastDayBefore(T));
        Assert.Equal(days, new DayCounters(days.Days));
    }

    [Fact]
    public void Day_counters_remember_activity_whose_events_are_gone()
    {
        // Both were last active ten days ago; only one still has the event itself.
        var days = DayCounters.Empty.Add(new UserEvent(1, "x", Hours(-240), null), isGoal: false, localHour: 9);
        var treated = Treated((-240, 1)) with { Days = days };
        ControlUser[] pool = [Control(1) with { Days = days }, Control(2) with { Days = days }, Control(3)];
        Assert.Equal([0, 1], Nearest(treated, pool, two).Order());
    }

    [Fact]
    public void The_untreated_variance_is_the_mean_over_times()
    {
        ControlUser[] pool = [Control(1, (24, 2)), Control(2, (24, -2)), Control(3)];
        // At t: ±1 and 0, variance 1. A year on: all 0, variance 0.
        Assert.Equal(0.5, StratumVariance.Untreated(pool, [T, Hours(8760)], Options)!.Value, 1e-12);
        Assert.Null(StratumVariance.Untreated(pool.AsSpan(0, 1), [T], Options));
    }
}
