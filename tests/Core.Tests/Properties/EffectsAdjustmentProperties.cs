using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using CsCheck;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Properties;

public class EffectsAdjustmentProperties
{
    static readonly EffectOptions[] all = [.. from baseline in Enum.GetValues<Baseline>() from adjust in (bool[])[false, true] select Options with { Baseline = baseline, Adjust = adjust, FewestNeighbours = 2 }];

    static readonly Gen<(double Hours, double Weight)[]> life = Gen.Select(Gen.Double[-700, 72], Gen.Double[0.1, 3]).Array[0, 30];

    static readonly Gen<(TreatedUser Treated, ControlUser[] Pool)> scene = Gen.Select(life, life.Array[40, 48], Gen.Double[-400, -1].Array[0, 4], Gen.Int[0, 60])
        .Select((own, others, sends, seen) => (
            (Treated(own) with { Days = Counted(own) }).SentAt(sends),
            others.Select((events, i) => Control(i + 1, events) with { Days = Counted(events), FirstSeen = Hours(-800 - seen * i) }).ToArray()));

    static DayCounters Counted((double Hours, double Weight)[] events) =>
        events.Aggregate(DayCounters.Empty, (days, e) => days.Add(new UserEvent(0, "", Hours(e.Hours), null), e.Weight > 2, (e.Hours + 2400) % 24));

    [Fact]
    public void The_order_of_the_pool_does_not_matter() =>
        scene.Sample((user, pool) => all.All(options => Same(Nearest(user, pool, options), Nearest(user, [.. pool.Reverse()], options), 1)), iter: 30);

    [Fact]
    public void What_a_day_touched_by_a_send_holds_does_not_matter() =>
        scene.Sample((user, pool) =>
        {
            var untouched = BaselineDays.Before(T).Without(user.Interventions, Options.Window);
            var more = user with { Days = new([.. Enumerable.Range(T.UtcDay - 28, 28).Select(day => untouched.Contains(day) ? DayOf(user, day) : new(day, 999, 9, 5, 5))]) };
            return Same(Nearest(user, pool, all[2]), Nearest(more, pool, all[2]), 1);
        }, iter: 50);

    [Fact]
    public void Twice_the_weights_give_twice_the_effect() =>
        scene.Sample((user, pool) => all.All(options =>
            Same(Nearest(user, pool, options), Nearest(Doubled(user), [.. pool.Select(one => one with { Events = Doubled(one.Events) })], options with { DayWeights = new(2, 2) }), 2)), iter: 30);

    [Fact]
    public void Events_after_the_message_add_what_they_weigh() =>
        scene.Sample((user, pool) => all.All(options => (Nearest(user, pool, options), Nearest(user with { Events = More(user.Events) }, pool, options)) switch
        {
            (Effect.Identified before, Effect.Identified after) => Math.Abs(after.Value - before.Value - Math.Pow(2, -1 / 48.0)) < 1e-9,
            (Effect.NotIdentified before, Effect.NotIdentified after) => before == after,
            _ => false,
        }), iter: 30);

    [Fact]
    public void The_leverages_of_the_users_add_up_to_the_coefficients_that_are_free() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[8, 40]).SelectMany((width, users) => Gen.Select(Gen.Double[-5, 5].Array[width * users], Gen.Double[-5, 5].Array[users], Gen.Const(width)))
            .Sample((rows, outcomes, width) =>
            {
                var fit = LeastSquares.Fit(rows, outcomes, width)!;
                var leverages = Enumerable.Range(0, outcomes.Length).Select(i => fit.Leverage(rows.AsSpan(i * width, width))).ToArray();
                return leverages.All(h => h > 1.0 / outcomes.Length - 1e-12 && h <= 1) && leverages.Sum() <= width + 1;
            });

    [Fact]
    public void Residuals_add_up_to_nothing() =>
        Gen.Select(Gen.Double[-5, 5].Array[40], Gen.Double[-5, 5].Array[20]).Sample((rows, outcomes) =>
        {
            var fit = LeastSquares.Fit(rows, outcomes, 2)!;
            return Math.Abs(outcomes.Select((outcome, i) => outcome - fit.Predict(rows.AsSpan(i * 2, 2))).Sum()) < 1e-9;
        });

    // An event of weight 1 half an hour after: before any next send that leaves a window.
    static ReadOnlyMemory<WeightedEvent> More(ReadOnlyMemory<WeightedEvent> events) =>
        events.ToArray().Append(new WeightedEvent(Hours(0.5), 1)).OrderBy(e => e.At).ToArray();

    static ReadOnlyMemory<WeightedEvent> Doubled(ReadOnlyMemory<WeightedEvent> events) => events.ToArray().Select(e => e with { Weight = 2 * e.Weight }).ToArray();

    static TreatedUser Doubled(TreatedUser user) => user with { Events = Doubled(user.Events) };

    static DayCount DayOf(TreatedUser user, int day) => user.Days.Days.FirstOrDefault(one => one.Day == day) is { Events: > 0 } known ? known : new(day, 0, 0, 0, 0);

    static bool Same(Effect one, Effect other, double times) => (one, other) switch
    {
        (Effect.Identified a, Effect.Identified b) =>
            Close(times * a.Value, b.Value) && Close(times * times * (a.Variance ?? 0) * (a.Adjusted ? 1 : 0), (b.Variance ?? 0) * (b.Adjusted ? 1 : 0)) && a.Controls == b.Controls,
        _ => one == other,
    };

    static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-7 * (1 + Math.Abs(a));
}
