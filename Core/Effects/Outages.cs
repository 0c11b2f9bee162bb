using System.Collections.Immutable;
using Aampe.Agents.Core.Outcomes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>When no events could be taken: stretches between the last sign of life and the next start (docs/method.md §5, IngestGap).</summary>
public static class Outages
{
    /// <summary>Shorter silences are restarts: clients send again for longer than that.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(3);

    /// <summary>How long an outage is remembered: no agent keeps events for longer.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    /// <summary>The known outages and the one that ends now, if there is one; those that no window can meet any more are left out.</summary>
    /// <param name="known">In order of time.</param>
    /// <param name="lastAlive">Last sign of life before this start; null = there was none.</param>
    /// <param name="now">This start.</param>
    public static ImmutableArray<Window> After(ImmutableArray<Window> known, Instant? lastAlive, Instant now)
    {
        var kept = known.RemoveAll(outage => outage.End < now - Kept);
        return lastAlive is { } last && now - last >= Shortest ? kept.Add(new Window(last, now)) : kept;
    }
}
