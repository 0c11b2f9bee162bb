using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Randomness;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// In worlds where messages do nothing: ΔY has mean 0, the variance that it states, and lies within 1.645 stated errors as often as Student's t says, whichever way it was
/// identified. 4,000 independent trials; a variance ratio is known to about 3 %, so its limits are five of those.
/// </summary>
public sealed class EffectsCalibration
{
    const int Trials = 4_000;

    // As programs match (ADR 0011). With the baseline among the features the same worlds have a mean of −0.08 nats (−0.10 over cut windows; 16,000 trials, error
    // 0.009): users of the tail have neighbours nearer to the middle.
    static readonly EffectOptions options = Options with { Neighbours = 10, Features = NeighbourFeatures.BeforeTheWindow };

    [Fact]
    public void Against_the_nearest_controls() => IsCalibrated(SomeUsers.NullEffects("nearest", Trials));

    [Fact]
    public void With_the_variance_of_the_stratum() => IsCalibrated(Simulate("stratum", random =>
    {
        var pool = SomeUsers.Pool(random, 30);
        return Effect.MeasureNearest(T, SomeUsers.Treated(random), pool, StratumVariance.Untreated(pool, [T], options), options with { Neighbours = 5 }, 1, Circumstances.Complete);
    }));

    [Fact]
    public void Over_windows_that_another_send_has_cut() => IsCalibrated(Simulate("cut", random =>
        Effect.MeasureNearest(T, SomeUsers.Treated(random).SentAt(30), SomeUsers.Pool(random, 30), null, options, 1, Circumstances.Complete)));

    [Fact]
    public void Against_the_users_own_weeks() => IsCalibrated(Simulate("own weeks", random =>
        Effect.MeasureNearest(T, SomeUsers.Treated(random, -28 * 24 - 96), ReadOnlyMemory<ControlUser>.Empty, null, options, 1, Circumstances.Complete)), bySelf: true);

    /// <summary>With given weights one control counts half: the stated variance grows by Σq², and so does the true one.</summary>
    [Fact]
    public void Against_weighted_controls() => IsCalibrated(Simulate("weighted", random =>
        Effect.Measure(T, SomeUsers.Treated(random), SomeUsers.Pool(random, 9), [8, 1, 1, 1, 1, 1, 1, 1, 1], null, options, 1, Circumstances.Complete)));

    [Fact]
    public void A_small_success_rate_of_nothing_is_the_same_for_every_action()
    {
        // The base rate of b is not ½ and need not be: only the comparison of actions means something (§6), and there is nothing to find.
        var effects = SomeUsers.NullEffects("actions", Trials);
        var rates = effects.Select((effect, i) => (Action: i % 4, Success: Success.Of(effect, Threshold.Zero)!.Value)).GroupBy(one => one.Action, one => one.Success).Select(group => group.Average()).ToArray();
        var p = rates.Average();
        Assert.InRange(p, 0.2, 0.6);
        Assert.All(rates, rate => Assert.InRange((rate - p) / Math.Sqrt(p * (1 - p) * 4 / Trials), -5, 5));
    }

    static Effect.Identified[] Simulate(string key, Func<SeededRandom, Effect> trial)
    {
        var random = new SeededRandom(key);
        return [.. Enumerable.Range(0, Trials).Select(_ => trial(random).Identified())];
    }

    static void IsCalibrated(Effect.Identified[] effects, bool bySelf = false)
    {
        Assert.All(effects, effect => Assert.Equal(bySelf, effect.BySelf));
        var values = effects.Select(effect => effect.Value).ToArray();
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (Trials - 1);
        Assert.InRange(mean / Math.Sqrt(variance / Trials), -5, 5);
        Assert.InRange(variance / effects.Average(effect => effect.Variance!.Value), 0.85, 1.15);
        // The spread is itself estimated: from ten controls a normal quantile holds 0.866 by Student's t, from four own weeks 0.80; users with more events vary more.
        var covered = effects.Count(effect => Math.Abs(effect.Value) <= 1.645 * effect.StandardError) / (double)Trials;
        Assert.InRange(covered, bySelf ? 0.76 : 0.84, bySelf ? 0.88 : 0.93);
    }
}
