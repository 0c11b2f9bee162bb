using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Examples;

/// <summary>T is 02:40 UTC on a day: the day before it ends 2.67 h earlier.</summary>
public class EffectsBaselineExamples
{
    static readonly EffectOptions longer = Options with { Baseline = Baseline.FourWeeks, Features = NeighbourFeatures.WithoutBaseline, FewestNeighbours = 2 };

    static readonly double massInDays = Outcome.WindowMass(Options.HalfLife, Options.Window).TotalDays;

    // One event a day of 28, at noon, and on the days given as many more.
    static DayCounters Daily(params (int DaysBefore, int More)[] more) =>
        new([.. Enumerable.Range(1, 28).Reverse().Select(ago => new DayCount(T.UtcDay - ago, 1 + more.Where(one => one.DaysBefore == ago).Sum(one => one.More), 0, 0, 0))]);

    static ControlUser[] Quiet(int count) => [.. Enumerable.Range(1, count).Select(i => Control(i))];

    [Fact]
    public void A_send_touches_the_days_that_its_window_reaches()
    {
        var days = BaselineDays.Before(T).Without(At(-100), Options.Window);
        // From −100 h to −28 h: the days that begin 122.67, 98.67, 74.67 and 50.67 h before T.
        Assert.Equal([5, 4, 3, 2], Enumerable.Range(1, 28).Where(ago => !days.Contains(T.UtcDay - ago)).Reverse());
        Assert.Equal(24, days.Count);
    }

    [Fact]
    public void A_day_of_which_the_beginning_was_not_seen_does_not_count() =>
        Assert.Equal((9, 10, 28), (BaselineDays.Before(T).Since(Hours(-242)).Count, BaselineDays.Before(T).Since(new((T.UtcDay - 10) * 86_400_000L)).Count, BaselineDays.Before(T).Since(Hours(-2000)).Count));

    [Fact]
    public void Only_28_bits_stand_for_days()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BaselineDays(20_000, 1u << 28));
        Assert.False(new BaselineDays(20_000, 1).Contains(20_000));
        Assert.True(new BaselineDays(20_000, 1).Contains(19_999));
    }

    [Fact]
    public void A_long_baseline_is_the_rate_of_the_days_times_the_mass_of_the_window()
    {
        var treated = Treated((24, 2)) with { Days = Daily((3, 28)) };
        var effect = Effect.Measure(T, treated, Quiet(2), 1, longer, 1).Identified();
        // 56 events on 28 days are two a day, and the event after counts half of its 2 nats.
        Assert.Equal(1 - 2 * massInDays, effect.Value, 1e-12);
        Assert.Equal((28, 56, false), (effect.BaselineDays, effect.Pre.EventCount, effect.Adjusted));
    }

    [Fact]
    public void Goals_and_other_events_of_a_day_weigh_what_they_weigh_on_average()
    {
        var weights = new EventWeights(1, [new("view", 0.2, null, 10, 20, null), new("cart", 1, null, 5, 5, null), new("order", 3, null, 4, 6, null)]);
        var means = DayWeights.Of(weights, new HashSet<string> { "order" });
        Assert.Equal((3, (30 * 0.2 + 10 * 1) / 40, 1.0), (means.Goal, means.Other, default(DayWeights).Goal));
        Assert.Equal((1, 1), (DayWeights.Of(EventWeights.None, new HashSet<string>()).Goal, DayWeights.Of(EventWeights.None, new HashSet<string>()).Other));
    }

    [Fact]
    public void Daily_messages_cancel_in_equal_windows_and_not_with_a_long_baseline()
    {
        // Nothing before the messages, an event of weight 1 an hour after each: a message's worth is 2^(−1/24).
        var sends = Enumerable.Range(-14, 16).Select(day => 24.0 * day).ToArray();
        var events = sends[..^1].Select(hour => (hour + 1, 1.0)).ToArray();
        var days = events.Where(e => e.Item1 < 0).Aggregate(DayCounters.Empty, (all, e) => all.Add(new UserEvent(0, "", Hours(e.Item1), null), false, 0));
        var treated = (Treated(events) with { Days = days }).SentAt(sends.Where(hour => hour != 0).ToArray());

        // The window before holds 23 hours of the message before it, and all of its effect.
        var equal = Effect.Measure(T, treated, Quiet(5), 1, Options, 1).Identified();
        var full = Effect.Measure(T, treated, Quiet(5), 1, longer, 1).Identified();
        Assert.InRange(equal.Value, 0, 0.46);
        Assert.Equal(Math.Pow(2, -1 / 24.0), full.Value, 1e-12);
        Assert.Equal((TimeSpan.FromHours(24), true, 14), (full.Length, full.CarryOver, full.BaselineDays));
    }

    [Theory]
    [InlineData(WhyNot.Overlap, -1200, 21, 0)]
    [InlineData(WhyNot.NotObserved, -150, 0, 0)]
    [InlineData(WhyNot.IngestGap, -1200, 0, 22)]
    [InlineData(null, -1200, 15, 0)]
    public void Too_few_untreated_days_are_named_after_what_took_them(WhyNot? why, double seen, int daysOfSends, int daysOut)
    {
        var treated = (Treated() with { CountedSince = Hours(seen) }).SentAt([.. Enumerable.Range(1, daysOfSends).Select(day => -24.0 * day - 72)]);
        var circumstances = Circumstances.Complete with { IngestGaps = daysOut == 0 ? [] : [new(Hours(-24 * daysOut - 100), Hours(-100))] };
        var effect = Measure(treated, Quiet(5), longer, circumstances);
        Assert.Equal(why, effect is Effect.NotIdentified not ? not.Why : null);
    }

    [Fact]
    public void Controls_are_measured_on_the_days_of_the_treated_user_that_they_have_too()
    {
        // On the day touched by the treated user's send the controls did a lot, and it does not count.
        var pool = Quiet(4).Select((user, i) => user with { Days = Daily((4, 1000)), Interventions = i == 0 ? At(-700) : [] }).ToArray();
        var effect = Effect.Measure(T, (Treated() with { Days = Daily() }).SentAt(-100), pool, 1, longer, 1).Identified();
        Assert.Equal((0, 4, massInDays), (Math.Round(effect.Value, 12), effect.Controls, effect.ControlPre));
    }

    [Fact]
    public void A_control_without_enough_days_of_its_own_is_left_out()
    {
        var pool = Quiet(4);
        pool[2] = pool[2] with { CountedSince = Hours(-150) };
        Assert.Equal(3, Effect.Measure(T, Treated(), pool, 1, longer, 1).Identified().Controls);
    }

    [Fact]
    public void Forgotten_sends_may_have_touched_the_days_after_them()
    {
        var known = Effect.Measure(T, Treated() with { SendsSince = Hours(-480) }, Quiet(2), 1, longer, 1).Identified();
        Assert.Equal(16, known.BaselineDays);
    }

    [Fact]
    public void Own_weeks_cancel_the_long_baseline()
    {
        var treated = Treated((-7 * 24 + 24, 4), (-14 * 24 + 24, 2), (24, 8)) with { Days = Daily() };
        var effect = Effect.Measure(T, treated, [], 1, longer, 1).Identified();
        // Halved by a day's decay: 4 now; 2, 1, 0 and 0 in the four weeks before.
        Assert.Equal((true, 4 - 0.75), (effect.BySelf, Math.Round(effect.Value, 12)));
    }

    [Theory]
    [InlineData(0.5, 25, true)]
    [InlineData(0.9, 19, true)]
    [InlineData(0.9, 18, false)]
    [InlineData(0.99, 199, true)]
    [InlineData(0.99, 198, false)]
    public void An_interval_needs_as_many_controls_as_its_level_has_ranks(double level, int controls, bool known) =>
        Assert.Equal(known, Effect.Measure(T, Treated(), Quiet(controls), 1, Options, 1).Identified().Interval(level) is not null);

    [Fact]
    public void An_interval_takes_from_the_effect_what_chance_did_to_the_controls()
    {
        ControlUser[] pool = [.. Enumerable.Range(1, 19).Select(i => Control(i, (24, i)))];
        var limits = Effect.Measure(T, Treated((24, 30)), pool, 1, Options, 1).Identified().Interval(0.9)!.Value;
        // The treated user rose by 15, the controls by 0.5 to 9.5.
        Assert.Equal((15 - 9.5, 15 - 0.5), (Math.Round(limits.Low, 12), Math.Round(limits.High, 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Effect.Measure(T, Treated(), pool, 1, Options, 1).Identified().Interval(1));
    }
}
