using System.Collections.Immutable;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Tests;

/// <summary>Users around one intervention, for tests: times are hours after it.</summary>
static class EffectScene
{
    public static readonly Instant T = new(1_770_000_000_000);

    public static readonly EffectOptions Options = EffectOptions.Default;

    public static Instant Hours(double hours) => new(T.UnixMilliseconds + (long)(hours * 3_600_000));

    public static WeightedEvent[] Events(params (double Hours, double Weight)[] events) => [.. events.OrderBy(one => one.Hours).Select(one => new WeightedEvent(Hours(one.Hours), one.Weight))];

    public static TreatedUser Treated(params (double Hours, double Weight)[] events) => new(Events(events), Hours(-1200), null, [T]);

    public static TreatedUser SentAt(this TreatedUser user, params double[] hours) => user with { Interventions = [.. hours.Append(0).Order().Select(Hours)] };

    public static ControlUser Control(int number, params (double Hours, double Weight)[] events) =>
        new($"c{number}", (ulong)number, Events(events), Hours(-1200), null, [], Holdout: false, Hours(-1200), DayCounters.Empty);

    /// <summary>So many controls with one event of the given weight a day after the intervention, where it counts half.</summary>
    public static ControlUser[] Controls(int count, double weight) => [.. Enumerable.Range(1, count).Select(i => Control(i, (24, weight)))];

    public static Effect Measure(TreatedUser treated, ControlUser[] controls, EffectOptions? options = null, Circumstances? circumstances = null, double? variance = 1) =>
        Effect.Measure(T, treated, controls, [], variance, options ?? Options, 1, circumstances ?? Circumstances.Complete);

    public static Effect Nearest(TreatedUser treated, ControlUser[] pool, EffectOptions? options = null) =>
        Effect.MeasureNearest(T, treated, pool, 1, options ?? Options, 1, Circumstances.Complete);

    public static Effect.Identified Identified(this Effect effect) => Assert.IsType<Effect.Identified>(effect);

    public static WhyNot Why(this Effect effect) => Assert.IsType<Effect.NotIdentified>(effect).Why;

    public static ImmutableArray<Instant> At(params double[] hours) => [.. hours.Select(Hours)];
}
