using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>When a hand-over is tried again: after 5 s, 5 min, 30 min and 2 h, each up to a tenth later, the same for the same decision and attempt.</summary>
public static class RetrySchedule
{
    static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    /// <summary>The next attempt, or null when there is none any more.</summary>
    /// <param name="decisionId">Spreads the attempts of a crowd.</param>
    /// <param name="attempt">Number of the attempt that failed, from 1.</param>
    /// <param name="at">When it failed.</param>
    /// <param name="atLeast">What the channel asked for.</param>
    public static Instant? After(string decisionId, int attempt, Instant at, TimeSpan atLeast)
    {
        if (attempt < 1 || attempt > Waits.Length)
        {
            return null;
        }

        var wait = Waits[attempt - 1];
        var share = (Core.Canonical.StableHash.Of(decisionId, attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)) >> 11) * (1.0 / (1UL << 53));
        var jittered = wait + wait * (0.1 * share);
        return at + (jittered > atLeast ? jittered : atLeast);
    }
}
