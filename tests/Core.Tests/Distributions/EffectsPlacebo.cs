using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Randomness;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>
/// Simulated users with rates of their own and a daily rhythm, 2,000 independent trials of one treated user against the 10 nearest of 40 fresh controls.
/// A z of 5 is false alarm in less than one seed of a million.
/// </summary>
public class EffectsPlacebo
{
    const int Trials = 2_000, Pool = 40;

    static readonly EffectOptions options = Options with { Neighbours = 10 };

    [Fact]
    public void Without_an_effect_the_mean_is_zero_and_the_errors_are_as_large_as_stated()
    {
        var effects = Simulate("placebo", lift: 1);
        var (mean, variance) = Moments([.. effects.Select(effect => effect.Value)]);
        Assert.InRange(mean / Math.Sqrt(variance / Trials), -5, 5);
        var stated = effects.Average(effect => effect.Variance!.Value);
        Assert.InRange(variance / stated, 0.8, 1.25);
    }

    [Fact]
    public void Without_an_effect_the_rank_among_controls_is_one_half()
    {
        var (mean, variance) = Moments([.. Simulate("placebo rank", lift: 1).Select(effect => Success.Of(effect, Threshold.PlaceboRank)!.Value)]);
        Assert.InRange((mean - 0.5) / Math.Sqrt(variance / Trials), -5, 5);
    }

    [Fact]
    public void A_rise_of_the_rate_shows_as_the_rise_times_the_mass_of_the_window()
    {
        // Every user's mean rate is 1 a day and each event weighs 1: doubling it adds the window's mass in days.
        var (mean, variance) = Moments([.. Simulate("doubled", lift: 2).Select(effect => effect.Value)]);
        var expected = Outcome.WindowMass(options.HalfLife, options.Window).TotalDays;
        Assert.InRange((mean - expected) / Math.Sqrt(variance / Trials), -5, 5);
    }

    static Effect.Identified[] Simulate(string key, double lift)
    {
        var random = new SeededRandom(key);
        var effects = new Effect.Identified[Trials];
        for (var i = 0; i < Trials; i++)
        {
            var treated = new TreatedUser(User(random, lift), Hours(-1200), null, [T]);
            var pool = Enumerable.Range(1, Pool).Select(number => Control(number) with { Events = User(random, 1) }).ToArray();
            effects[i] = Effect.MeasureNearest(T, treated, pool, null, options, 1, Circumstances.Complete).Identified();
        }

        return effects;
    }

    // Thinning: candidates at the largest rate of any user and hour, kept with the share that user and hour have of it.
    static WeightedEvent[] User(SeededRandom random, double lift)
    {
        var own = 0.5 + random.NextDouble();
        var events = new List<WeightedEvent>();
        const double Largest = 1.5 * 1.8 * 2 / 24;
        for (var hour = -96.0; ; )
        {
            hour -= Math.Log(1 - random.NextDouble()) / Largest;
            if (hour >= 96)
            {
                return [.. events];
            }

            var rate = own * (1 + 0.8 * Math.Sin(Math.Tau * (hour + 5) / 24)) / 24 * (hour >= 0 ? lift : 1);
            if (random.NextDouble() * Largest < rate)
            {
                events.Add(new(Hours(hour), 1));
            }
        }
    }

    static (double Mean, double Variance) Moments(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
