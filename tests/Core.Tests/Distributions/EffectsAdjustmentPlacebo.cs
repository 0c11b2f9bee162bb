using System.Globalization;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Tests.Oracles;
using Aampe.Agents.Core.Time;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// Placebo effects of 40 users against 150 others, in 60 worlds of their own: skewed rates that drift, and days that are good or bad for all. Users of a world
/// share their controls, so worlds are counted. A z of 5 is a false alarm in less than one seed of a million.
/// </summary>
public class EffectsAdjustmentPlacebo
{
    const int Worlds = 60, Measured = 40, Pool = 150;

    static readonly EffectOptions equal = Options with { Features = NeighbourFeatures.BeforeTheWindow };
    static readonly EffectOptions longer = equal with { Baseline = Baseline.FourWeeks };
    static readonly EffectOptions adjusted = equal with { Adjust = true };

    static readonly Lazy<Sample[]> simulated = new(() => [.. new[] { equal, longer, adjusted }.Select(options => Measure(options, world => World("adjustment placebo", world)))]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_an_effect_the_mean_is_zero(int estimator) => Assert.InRange(simulated.Value[estimator].Z, -5, 5);

    [Fact]
    public void A_longer_baseline_lowers_the_error_and_an_adjustment_does_too()
    {
        var squares = simulated.Value.Select(sample => sample.Effects.Average(effect => effect.Value * effect.Value)).ToArray();
        Assert.True(squares[1] < 0.9 * squares[0] && squares[2] < 0.9 * squares[0], string.Join(", ", squares));
    }

    [Fact]
    public void The_stated_variance_of_adjusted_effects_is_that_of_their_errors()
    {
        var sample = simulated.Value[2];
        Assert.InRange(sample.Effects.Average(effect => effect.Variance!.Value) / sample.Effects.Average(effect => effect.Value * effect.Value), 0.7, 1.4);
    }

    [Theory]
    [InlineData(0.9, 0.03)]
    [InlineData(0.98, 0.015)]
    public void Intervals_by_rank_hold_as_many_effects_as_they_say(double level, double tolerance)
    {
        var held = simulated.Value[2].Effects.Average(effect => effect.Interval(level)!.Value is var limits && limits.Low <= 0 && limits.High >= 0 ? 1 : 0);
        Assert.InRange(held, level - tolerance, level + tolerance);
    }

    [RealTableFact("cdnow-sample.csv")]
    public void On_real_purchases_that_nobody_sent_for_the_mean_is_zero_and_the_error_smaller()
    {
        var customers = Customers();
        var week = equal with { Window = TimeSpan.FromDays(7), HalfLife = HalfLife.OfHours(56) };
        var before = Measure(week, world => Purchases(customers, world));
        var after = Measure(week with { Adjust = true }, world => Purchases(customers, world));
        Assert.InRange(after.Z, -5, 5);
        Assert.True(after.Effects.Average(effect => effect.Value * effect.Value) < 0.95 * before.Effects.Average(effect => effect.Value * effect.Value));
    }

    static Sample Measure(EffectOptions options, Func<int, (Instant At, ControlUser[] Users)> draw)
    {
        var effects = new List<Effect.Identified>();
        var means = new double[Worlds];
        for (var world = 0; world < Worlds; world++)
        {
            var (at, users) = draw(world);
            var ours = users.Skip(Pool).Select(user => Effect.MeasureNearest(at, Treat(user, at), users.AsMemory(0, Pool), null, options, 1, Circumstances.Complete).Identified()).ToArray();
            effects.AddRange(ours);
            means[world] = ours.Average(effect => effect.Value);
        }

        var mean = means.Average();
        return new(effects, mean / Math.Sqrt(means.Sum(one => (one - mean) * (one - mean)) / (Worlds * (Worlds - 1.0))));
    }

    static TreatedUser Treat(ControlUser user, Instant at) => new(user.Events, user.ObservedSince, null, [at]) { FirstSeen = user.FirstSeen, Days = user.Days };

    static (Instant, ControlUser[]) World(string key, int world)
    {
        var random = new SeededRandom($"{key} {world}");
        double[] days = [.. Enumerable.Range(0, 33).Select(_ => Math.Exp(0.3 * Draw.Normal(random)))];
        return (T, [.. Enumerable.Range(1, Pool + Measured).Select(i => User(random, days, i))]);
    }

    static ControlUser User(SeededRandom random, double[] days, int number)
    {
        var rate = 0.5 * Math.Exp(0.8 * Draw.Normal(random));
        var drift = 0.4 * Draw.Normal(random);
        var hours = new List<double>();
        for (var day = 0; day < days.Length; day++)
        {
            drift = 0.85 * drift + 0.2 * Draw.Normal(random);
            for (var left = rate * days[day] * Math.Exp(drift) + Math.Log(1 - random.NextDouble()); left > 0; left += Math.Log(1 - random.NextDouble()))
            {
                hours.Add(24 * (day - 29 + random.NextDouble()));
            }
        }

        return Of(number, [.. hours.Order().Select(Hours)], Hours(-720));
    }

    static ControlUser Of(int number, Instant[] times, Instant since) =>
        new($"c{number}", (ulong)number, times.Select(at => new WeightedEvent(at, 1)).ToArray(), since, null, [], Holdout: false, since,
            times.Aggregate(DayCounters.Empty, (all, at) => all.Add(new UserEvent(0, "", at, null), isGoal: false, at.UnixMilliseconds / 3_600_000.0 % 24)));

    static (Instant, ControlUser[]) Purchases(ControlUser[] customers, int world)
    {
        var random = new SeededRandom($"purchases {world}");
        var at = new Instant((9_900 + random.Next(420)) * 86_400_000L + random.Next(86_400_000));
        var known = customers.Where(one => one.FirstSeen < at - TimeSpan.FromDays(15)).ToArray();
        random.Shuffle(known);
        return (at, known[..(Pool + Measured)]);
    }

    static ControlUser[] Customers() =>
    [
        .. File.ReadLines(RealTableFactAttribute.PathOf("cdnow-sample.csv")).Skip(1).Select(line => line.Split(',')).GroupBy(cells => cells[0]).Select((rows, i) =>
        {
            Instant[] times = [.. rows.Select((cells, n) => Instant.From(new DateTimeOffset(DateTime.Parse(cells[1], CultureInfo.InvariantCulture), TimeSpan.Zero)) + TimeSpan.FromHours(((5 * i) + n) % 24)).Order()];
            return Of(i + 1, times, times[0]);
        }),
    ];

    sealed record Sample(List<Effect.Identified> Effects, double Z);
}
