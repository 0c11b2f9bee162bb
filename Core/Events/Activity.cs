using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <summary>The three facts that a user's lifecycle and intensity follow from, all about t &lt; now.</summary>
/// <param name="FirstSeen">When the user was first seen.</param>
/// <param name="LastEvent">The last event before now; null when there is none.</param>
/// <param name="EventsIn28Days">Number of events in 28 days; ≥ 0.</param>
public readonly record struct Activity(Instant FirstSeen, Instant? LastEvent, long EventsIn28Days)
{
    /// <summary>Under this age a user is new, and an event younger than this makes a user active: 7 d.</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Silence beyond this makes a user lapsed: 28 d.</summary>
    public static readonly TimeSpan FourWeeks = TimeSpan.FromDays(28);

    /// <summary>The lifecycle state at a moment.</summary>
    /// <param name="now">Not before <see cref="LastEvent"/>.</param>
    public LifecycleState LifecycleAt(Instant now)
    {
        if (now - FirstSeen < Week)
        {
            return LifecycleState.New;
        }

        if (LastEvent is not { } last || now - last > FourWeeks)
        {
            return LifecycleState.Lapsed;
        }

        return now - last < Week ? LifecycleState.Active : LifecycleState.Lapsing;
    }
}
