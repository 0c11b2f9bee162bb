using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>s0²: how much ΔY varies between users of a stratum whom nobody messaged (docs/method.md §5, variance).</summary>
public static class StratumVariance
{
    /// <summary>Mean over times of the variance (divisor n − 1) of post − pre, or post less a long baseline, among the users eligible at that time.</summary>
    /// <param name="pool">Users of the stratum.</param>
    /// <param name="times">Pseudo-interventions, apart enough to be different weeks or hours.</param>
    /// <param name="options">Windows and decay.</param>
    /// <returns>Nats², ≥ 0; null when at no time two users are eligible.</returns>
    public static double? Untreated(ReadOnlySpan<ControlUser> pool, ReadOnlySpan<Instant> times, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var spreads = new Spread[times.Length];
        // A user without a past of its own limits nobody's days.
        var nobody = new TreatedUser(default, Instant.Earliest, null, []);
        Before[] past = [.. times.ToArray().Select(time => new Before(time, nobody, options.Window, options, Circumstances.Complete))];
        foreach (var user in pool)
        {
            var sums = new DecayedSums(user.Events.Span, options.HalfLife);
            for (var i = 0; i < times.Length; i++)
            {
                if (past[i].TryReference(user, out var at, out var days))
                {
                    var (pre, post) = sums.Around(at, options.Window);
                    spreads[i].Add(post.Value - (options.Baseline == Baseline.FourWeeks ? past[i].Usual(user.Days, days) : pre.Value));
                }
            }
        }

        return MeanOf(spreads);
    }

    static double? MeanOf(ReadOnlySpan<Spread> spreads)
    {
        var (sum, known) = (0.0, 0);
        foreach (ref readonly var spread in spreads)
        {
            if (spread.Count >= 2)
            {
                sum += spread.Variance;
                known++;
            }
        }

        return known == 0 ? null : sum / known;
    }

    /// <summary>Welford's running variance.</summary>
    struct Spread
    {
        double mean, squares;

        public int Count { get; private set; }

        public readonly double Variance => squares / (Count - 1);

        public void Add(double value)
        {
            Count++;
            var distance = value - mean;
            mean += distance / Count;
            squares += distance * (value - mean);
        }
    }
}
