using System.Collections.Immutable;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>The user that the agent intervened on, as far as an effect needs to know it.</summary>
/// <param name="Events">Weighted events by time, each id once.</param>
/// <param name="ObservedSince">The later of first seen and the instant from which the history is complete.</param>
/// <param name="WithdrawnAt">When consent to tracking was withdrawn; null if it was not.</param>
/// <param name="Interventions">Agentic sends to this user, ascending, the one measured among them. Rule-based messages are not listed.</param>
public sealed record TreatedUser(ReadOnlyMemory<WeightedEvent> Events, Instant ObservedSince, Instant? WithdrawnAt, ImmutableArray<Instant> Interventions)
{
    /// <summary>Weighted events by time.</summary>
    public ReadOnlyMemory<WeightedEvent> Events { get; init; } = InOrder.Checked(Events, nameof(Events));

    /// <summary>Agentic sends, ascending.</summary>
    public ImmutableArray<Instant> Interventions { get; init; } = InOrder.Checked(Interventions, nameof(Interventions));

    /// <summary>64-bit hash of the user's id, so that the user is never its own control; null where the pool cannot hold it.</summary>
    public ulong? Hash { get; init; }

    /// <summary>When the user was first seen (feature f7).</summary>
    public Instant FirstSeen { get; init; } = ObservedSince;

    /// <summary>Counts by UTC day (features f2, f4 to f6); used only where neighbours are picked.</summary>
    public DayCounters Days { get; init; } = DayCounters.Empty;

    /// <summary>From when on <see cref="Days"/> are whole: a long baseline uses no day that begins earlier.</summary>
    public Instant CountedSince { get; init; } = ObservedSince;

    /// <summary>From when on <see cref="Interventions"/> are whole: an earlier send, forgotten since, may reach t_Δ further.</summary>
    public Instant SendsSince { get; init; } = Instant.Earliest;
}
