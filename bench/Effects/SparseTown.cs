using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Bench.Effects;

/// <summary>
/// Sparse users of an app: skewed rates, activity that drifts about each user's mean (regression to the mean), weekdays, hours, platform-wide ups and downs,
/// a funnel of three event types with habits of their own; a fifth of the users were first seen in the last weeks.
/// </summary>
/// <param name="name">What the table calls it.</param>
/// <param name="pool">Users to compare with.</param>
/// <param name="lift">Share of a user's own rate that messages add; 0 for a placebo.</param>
/// <param name="byActivity">Whether the treated users are chosen by their own rate, as an agent chooses that learns who answers; at random otherwise.</param>
/// <param name="daysOfSends">Messages that the treated users got, one a day at the same hour, the one measured among them.</param>
sealed class SparseTown(string name, int pool, double lift, int daysOfSends, bool byActivity = false) : IWorld
{
    const int Measured = 100, DaysBefore = 31, DaysAfter = 4, FirstDay = 20_500;
    const double View = 0.3, Cart = 1, Order = 2.5;
    const long Day = 86_400_000;

    public string Name => name;

    public EffectOptions Options { get; } = EffectOptions.Default with { DayWeights = new(Order, 0.43) };

    public Scene Draw(string seed, int number)
    {
        var random = new SeededRandom($"{seed}/{name}/{number}");
        double[] weekdays = [.. Enumerable.Range(0, 7).Select(_ => Math.Exp(0.2 * Normal(random)))];
        double[] days = [.. Enumerable.Range(0, DaysBefore + DaysAfter).Select(day => weekdays[day % 7] * Math.Exp(0.15 * Normal(random) + (random.NextDouble() < 0.05 ? 0.7 : 0)))];
        var at = new Instant((FirstDay + DaysBefore) * Day + (long)(random.NextDouble() * Day));
        return new Scene(
            at,
            [.. Enumerable.Range(1, pool).Select(i => Control(random, days, i))],
            [.. Enumerable.Range(0, Measured).Select(_ => Treated(random, days, at))]);
    }

    static ControlUser Control(SeededRandom random, double[] days, int number)
    {
        var user = new Person(random);
        WeightedEvent[] events = [.. user.Live(random, days, 1, Instant.Earliest).OrderBy(e => e.At)];
        return new($"c{number}", (ulong)number, events, user.Seen, null, [], Holdout: false, user.Seen, Counted.Of(events, IsGoal));
    }

    Planted Treated(SeededRandom random, double[] days, Instant at)
    {
        var first = at - TimeSpan.FromDays(daysOfSends - 1);
        var user = new Person(random);
        while (byActivity && random.NextDouble() > user.Rate)
        {
            user = new Person(random);
        }

        var own = user.Live(random, days, 1, Instant.Earliest);
        WeightedEvent[] added = lift == 0 ? [] : [.. user.Live(random, days, lift, first).OrderBy(e => e.At)];
        WeightedEvent[] events = [.. own.Concat(added).OrderBy(e => e.At)];
        // Where messages come daily, so does the next one: its window is a day.
        var sends = daysOfSends == 1 ? [at] : Enumerable.Range(0, daysOfSends + 1).Select(day => first + TimeSpan.FromDays(day));
        return new(new TreatedUser(events, user.Seen, null, [.. sends]) { Days = Counted.Of(events, IsGoal) }, added);
    }

    static bool IsGoal(WeightedEvent e) => e.Weight == Order;

    static double Normal(SeededRandom random) => Core.Randomness.Draw.Normal(random);

    /// <summary>One user's habits, and the course of its activity.</summary>
    sealed class Person
    {
        const double Drift = 0.5, Stays = 0.85;

        readonly double mean, peak, depth;
        readonly double[] activity = new double[DaysBefore + DaysAfter];
        readonly int since;

        public Person(SeededRandom random)
        {
            mean = 0.4 * Math.Exp(0.9 * Normal(random) - 0.4);
            peak = random.NextDouble() * 24;
            depth = Core.Randomness.Draw.Beta(random, 2, 6);
            since = random.NextDouble() < 0.2 ? random.Next(20) : 0;
            var drift = Drift * Normal(random);
            for (var day = 0; day < activity.Length; day++)
            {
                drift = Stays * drift + Drift * Math.Sqrt(1 - Stays * Stays) * Normal(random);
                activity[day] = Math.Exp(drift - Drift * Drift / 2);
            }
        }

        /// <summary>Mean events a day.</summary>
        public double Rate => mean;

        public Instant Seen => new((FirstDay + since) * Day);

        /// <summary>Events at a share of the user's rate from a moment on.</summary>
        public List<WeightedEvent> Live(SeededRandom random, double[] days, double share, Instant from)
        {
            var events = new List<WeightedEvent>();
            for (var day = since; day < activity.Length; day++)
            {
                for (var n = Poisson(random, share * mean * activity[day] * days[day]); n > 0; n--)
                {
                    var e = new WeightedEvent(At(random, FirstDay + day), Weight(random));
                    if (e.At >= from)
                    {
                        events.Add(e);
                    }
                }
            }

            return events;
        }

        Instant At(SeededRandom random, int day)
        {
            while (true)
            {
                var hour = random.NextDouble() * 24;
                if (random.NextDouble() * 1.8 < 1 + 0.8 * Math.Cos(Math.Tau * (hour - peak) / 24))
                {
                    return new(day * Day + (long)(hour * 3_600_000));
                }
            }
        }

        double Weight(SeededRandom random) => random.NextDouble() >= depth ? View : random.NextDouble() < 0.6 ? Cart : Order;

        static int Poisson(SeededRandom random, double mean)
        {
            var (n, least) = (0, Math.Exp(-Math.Min(mean, 600)));
            for (var product = random.NextDouble(); product > least; product *= random.NextDouble())
            {
                n++;
            }

            return n;
        }
    }
}
