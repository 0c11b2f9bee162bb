using System.Collections.Immutable;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>A user who may stand in for what the treated user would have done; one of the cohort's uniform sample of a stratum.</summary>
/// <param name="Id">User id; receipts name it.</param>
/// <param name="Hash">64-bit hash of the id; breaks ties.</param>
/// <param name="Events">Weighted events by time, each id once, under the same weights version as the treated user's.</param>
/// <param name="ObservedSince">The later of first seen and the instant from which the history is complete.</param>
/// <param name="WithdrawnAt">When consent to tracking was withdrawn; null if it was not.</param>
/// <param name="Interventions">Agentic sends, ascending. Rule-based messages that everyone gets are not listed.</param>
/// <param name="Holdout">Whether the user is never messaged by design: such users come first.</param>
/// <param name="FirstSeen">When the user was first seen (feature f7).</param>
/// <param name="Days">Counts by UTC day (features f2, f4 to f6).</param>
public sealed record ControlUser(
    string Id,
    ulong Hash,
    ReadOnlyMemory<WeightedEvent> Events,
    Instant ObservedSince,
    Instant? WithdrawnAt,
    ImmutableArray<Instant> Interventions,
    bool Holdout,
    Instant FirstSeen,
    DayCounters Days)
{
    /// <summary>Weighted events by time.</summary>
    public ReadOnlyMemory<WeightedEvent> Events { get; init; } = InOrder.Checked(Events, nameof(Events));

    /// <summary>Agentic sends, ascending.</summary>
    public ImmutableArray<Instant> Interventions { get; init; } = InOrder.Checked(Interventions, nameof(Interventions));

    /// <summary>When the trigger of a triggered surface occurred for this user, ascending; empty for scheduled messages.</summary>
    public ImmutableArray<Instant> Triggers { get; init; } = [];

    /// <summary>From when on <see cref="Days"/> are whole: a long baseline uses no day that begins earlier.</summary>
    public Instant CountedSince { get; init; } = FirstSeen;

    /// <summary>From when on <see cref="Interventions"/> are whole: an earlier send, forgotten since, may reach t_Δ further.</summary>
    public Instant SendsSince { get; init; } = Instant.Earliest;
}
