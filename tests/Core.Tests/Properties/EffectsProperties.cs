using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;
using CsCheck;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Properties;

public class EffectsProperties
{
    static readonly Gen<WeightedEvent[]> history =
        Gen.Select(Gen.Long[-40L * 86_400_000, 5L * 86_400_000], Gen.Double[-2, 4]).Array[0, 40].Select(rows =>
            rows.OrderBy(row => row.Item1).Select(row => new WeightedEvent(new(T.UnixMilliseconds + row.Item1), row.Item2)).ToArray());

    static readonly Gen<HalfLife> halfLife = Gen.Int[0, 200].Select(hours => hours == 0 ? HalfLife.Infinite : HalfLife.OfHours(hours));

    static readonly Gen<(TreatedUser Treated, ControlUser[] Controls)> scene =
        Gen.Select(history, history.Array[6, 14], Gen.Double[13, 100]).Select((own, others, next) => (
            new TreatedUser(own, Hours(-1200), null, At(0, next)),
            others.Select((events, i) => Control(i + 1) with { Events = events }).ToArray()));

    [Fact]
    public void Old_events_never_count_more_than_new_ones() =>
        Gen.Select(halfLife, Gen.Long[0, 1L << 34], Gen.Long[0, 1L << 34]).Sample((h, age, more) =>
            h.WeightAt(TimeSpan.FromMilliseconds(age + more)) <= h.WeightAt(TimeSpan.FromMilliseconds(age)));

    [Fact]
    public void Fast_sums_agree_with_direct_ones() =>
        Gen.Select(history, halfLife, Gen.Long[-30L * 86_400_000, 4L * 86_400_000], Gen.Int[1, 200]).Sample((events, h, shift, hours) =>
        {
            var (at, length) = (new Instant(T.UnixMilliseconds + shift), TimeSpan.FromHours(hours));
            var (pre, post) = Window.Around(at, length);
            var fast = new DecayedSums(events, h).Around(at, length);
            return Agrees(events, pre, at, h, fast.Pre) && Agrees(events, post, at, h, fast.Post);
        });

    [Fact]
    public void Two_windows_side_by_side_hold_what_the_whole_does() =>
        Gen.Select(history, Gen.Long[-80_000_000, 80_000_000]).Sample((events, cut) =>
        {
            var (start, middle, end) = (Hours(-23), new Instant(T.UnixMilliseconds + cut), Hours(23));
            var (left, right, whole) = (Outcome.Measure(events, new(start, middle)), Outcome.Measure(events, new(middle, end)), Outcome.Measure(events, new(start, end)));
            return left.EventCount + right.EventCount == whole.EventCount && Math.Abs(left.Value + right.Value - whole.Value) < 1e-9;
        });

    [Fact]
    public void Shifting_all_clocks_does_not_change_the_effect() =>
        Gen.Select(scene, Gen.Long[-1L << 40, 1L << 40]).Sample((one, by) =>
        {
            var shifted = Effect.Measure(Moved(T, by), Moved(one.Treated, by), [.. one.Controls.Select(control => Moved(control, by))], 1, Options, 1);
            return Same(shifted, Measure(one.Treated, one.Controls));
        });

    [Fact]
    public void The_order_of_the_controls_changes_only_rounding() =>
        Gen.Select(scene, Gen.Int[0, 1000]).Sample((one, seed) =>
        {
            var shuffled = one.Controls.OrderBy(control => ControlGroup.TieBreak(control.Hash, new(seed))).ToArray();
            var (a, b) = (Measure(one.Treated, one.Controls).Identified(), Measure(one.Treated, shuffled).Identified());
            return Math.Abs(a.Value - b.Value) < 1e-9 && Math.Abs(a.Variance!.Value - b.Variance!.Value) < 1e-9;
        });

    [Fact]
    public void The_order_of_the_pool_does_not_change_the_effect() =>
        Gen.Select(scene, Gen.Int[0, 1000]).Sample((one, seed) =>
        {
            var options = Options with { Neighbours = 5 };
            var shuffled = one.Controls.OrderBy(control => ControlGroup.TieBreak(control.Hash, new(seed))).ToArray();
            var (a, b) = (EffectScene.Nearest(one.Treated, one.Controls, options).Identified(), EffectScene.Nearest(one.Treated, shuffled, options).Identified());
            return a.Value == b.Value && a.ControlsHash == b.ControlsHash;
        });

    [Fact]
    public void Who_may_not_be_a_control_changes_nothing() =>
        Gen.Select(scene, history, Gen.Double[-72, 71.9]).Sample((one, events, sent) =>
        {
            var contaminated = Control(99) with { Events = events, Interventions = At(sent) };
            return Same(EffectScene.Nearest(one.Treated, one.Controls), EffectScene.Nearest(one.Treated, [contaminated, .. one.Controls]));
        });

    /// <summary>One control: who was messaged is a matter of name, so ΔY of the one against the other is that of the other against the one with its sign turned.</summary>
    [Fact]
    public void Treated_and_control_that_change_places_flip_the_sign() =>
        Gen.Select(history, history, Gen.Double[13, 100]).Sample((one, other, next) =>
        {
            var options = Options with { FewestNeighbours = 1 };
            Effect Against(WeightedEvent[] treated, WeightedEvent[] control) =>
                Measure(new TreatedUser(treated, Hours(-1200), null, At(0, next)), [Control(1) with { Events = control }], options);
            var (there, back) = (Against(one, other).Identified(), Against(other, one).Identified());
            return there.Value == -back.Value && there.Variance == back.Variance;
        });

    [Fact]
    public void Doubling_the_weights_doubles_the_effect() =>
        scene.Sample(one =>
        {
            var twice = Measure(one.Treated with { Events = Doubled(one.Treated.Events) }, [.. one.Controls.Select(control => control with { Events = Doubled(control.Events) })], variance: 4);
            var (once, double_) = (Measure(one.Treated, one.Controls).Identified(), twice.Identified());
            return 2 * once.Value == double_.Value && 4 * once.Variance!.Value == double_.Variance;
        });

    [Fact]
    public void Events_outside_both_windows_do_not_matter() =>
        scene.Sample(one =>
        {
            var length = Measure(one.Treated, one.Controls).Identified().Length;
            var inside = one.Treated with { Events = one.Treated.Events.ToArray().Where(e => e.At >= T - length && e.At < T + length).ToArray() };
            return Same(Measure(one.Treated, one.Controls), Measure(inside, one.Controls));
        });

    [Fact]
    public void The_nearest_are_the_first_of_all_sorted() =>
        Gen.Select(Gen.Double[-2, 2].Array[3], Gen.Int[-2, 2].Array[3].Array[1, 40], Gen.Int[1, 12]).Sample((target, points, k) =>
        {
            var rows = points.SelectMany(point => point.Select(value => (double)value)).ToArray();
            var ours = FeatureSpace.Nearest(target, rows, [.. points.Select((_, i) => (ulong)i)], [], k, 0);
            var sorted = points.Select(point => Math.Sqrt(Enumerable.Range(0, 3).Sum(column => Squared(target, point, points, column)))).Order().Take(k);
            return ours.Select(near => near.Distance).Zip(sorted).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9) && ours.DistinctBy(near => near.Index).Count() == Math.Min(k, points.Length);
        });

    [Fact]
    public void Day_counters_do_not_depend_on_the_order_of_events() =>
        Gen.Select(Gen.Long[0, 20L * 86_400_000], Gen.Bool, Gen.Double[0, 23.99]).Array[0, 30].Sample(rows =>
        {
            var forth = rows.Aggregate(DayCounters.Empty, Add);
            var half = rows.Length / 2;
            return forth.Equals(rows.Reverse().Aggregate(DayCounters.Empty, Add))
                && forth.Equals(rows[..half].Aggregate(DayCounters.Empty, Add).Merge(rows[half..].Aggregate(DayCounters.Empty, Add)));
        });

    static double Squared(double[] target, int[] point, int[][] points, int column)
    {
        var mean = points.Average(one => one[column]);
        var variance = points.Sum(one => Math.Pow(one[column] - mean, 2)) / Math.Max(1, points.Length - 1);
        return variance < 1e-9 ? 0 : Math.Pow(target[column] - point[column], 2) / variance;
    }

    static DayCounters Add(DayCounters days, (long At, bool Goal, double Hour) one) => days.Add(new(1, "x", new(one.At), null), one.Goal, one.Hour);

    static bool Agrees(WeightedEvent[] events, Window window, Instant at, HalfLife h, Outcome fast)
    {
        var direct = Outcome.Measure(events, window, at, h);
        var mass = events.Where(e => window.Contains(e.At)).Sum(e => Math.Abs(e.Weight) * h.WeightAt((e.At - at).Duration()));
        var all = events.Sum(e => Math.Abs(e.Weight));
        return direct.EventCount == fast.EventCount && Math.Abs(direct.Value - fast.Value) <= 1e-9 * mass + 1e-14 * all;
    }

    static bool Same(Effect one, Effect other) =>
        one is Effect.Identified a && other is Effect.Identified b && a.Value == b.Value && a.Variance == b.Variance && a.Controls == b.Controls && a.ControlsHash == b.ControlsHash;

    static Instant Moved(Instant at, long by) => new(at.UnixMilliseconds + by);

    static WeightedEvent[] Moved(ReadOnlyMemory<WeightedEvent> events, long by) => [.. events.ToArray().Select(e => new WeightedEvent(Moved(e.At, by), e.Weight))];

    static WeightedEvent[] Doubled(ReadOnlyMemory<WeightedEvent> events) => [.. events.ToArray().Select(e => new WeightedEvent(e.At, 2 * e.Weight))];

    static TreatedUser Moved(TreatedUser user, long by) => user with
    {
        Events = Moved(user.Events, by),
        ObservedSince = Moved(user.ObservedSince, by),
        Interventions = [.. user.Interventions.Select(at => Moved(at, by))],
    };

    static ControlUser Moved(ControlUser user, long by) => user with { Events = Moved(user.Events, by), ObservedSince = Moved(user.ObservedSince, by) };
}
