using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Randomness;
using static Aampe.Agents.Core.Tests.EffectScene;

namespace Aampe.Agents.Core.Tests.Distributions;

/// <summary>Users with rates of their own (0.5 to 1.5 events a day) and a daily rhythm, whom no message changes: worlds where the truth is 0.</summary>
static class SomeUsers
{
    public static WeightedEvent[] Events(Random random, double fromHour, double toHour)
    {
        var own = 0.5 + random.NextDouble();
        var events = new List<WeightedEvent>();
        const double Largest = 1.5 * 1.8 / 24;
        for (var hour = fromHour; ; )
        {
            hour -= Math.Log(1 - random.NextDouble()) / Largest;
            if (hour >= toHour)
            {
                return [.. events];
            }

            // Thinning: candidates at the largest rate of any user and hour, kept with the share that user and hour have of it.
            if (random.NextDouble() * Largest < own * (1 + 0.8 * Math.Sin(Math.Tau * (hour + 5) / 24)) / 24)
            {
                events.Add(new(Hours(hour), 0.5 + random.NextDouble()));
            }
        }
    }

    public static TreatedUser Treated(Random random, double fromHour = -96) => new(Events(random, fromHour, 96), Hours(-1200), null, [T]);

    public static ControlUser[] Pool(Random random, int users) => [.. Enumerable.Range(1, users).Select(number => Control(number) with { Events = Events(random, -96, 96) })];

    /// <summary>Effects of messages that do nothing: each of a fresh user against the 10 nearest of 30 fresh others.</summary>
    public static Effect.Identified[] NullEffects(string key, int count)
    {
        var random = new SeededRandom(key);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Effect.MeasureNearest(T, Treated(random), Pool(random, 30), null, Options with { Neighbours = 10, Features = NeighbourFeatures.BeforeTheWindow }, 1, Circumstances.Complete).Identified())];
    }
}
