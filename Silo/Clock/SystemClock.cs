using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Silo.Clock;

/// <summary>The machine's clock. If it steps back, "now" stays at the latest moment that was given out (M12).</summary>
public sealed class SystemClock(TimeProvider time) : IClock
{
    long latest = long.MinValue;

    /// <inheritdoc/>
    public Instant Now
    {
        get
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var known = Interlocked.Read(ref latest);
            while (now > known)
            {
                var seen = Interlocked.CompareExchange(ref latest, now, known);
                if (seen == known)
                {
                    return new Instant(now);
                }

                known = seen;
            }

            return new Instant(known);
        }
    }

    /// <inheritdoc/>
    public bool Simulated => false;
}
