using System.Collections.Frozen;
using Aampe.Agents.Core.Events;

namespace Aampe.Agents.Core.Programs;

/// <summary>What a program wants more of, and how its effect is measured (method §1–§6).</summary>
public sealed record Goal
{
    /// <summary>Key, unique in its workspace.</summary>
    public required string Id { get; init; }

    /// <summary>Event types of which any one is the goal.</summary>
    public required FrozenSet<string> Events { get; init; }

    /// <summary>Event types that show intent (upper funnel); reported beside the goal.</summary>
    public FrozenSet<string> IntentEvents { get; init; } = FrozenSet<string>.Empty;

    /// <summary>t_Δ: window each side of an intervention; 12 h to 30 d.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(72);

    /// <summary>h: half-life of the temporal weight; null = no decay.</summary>
    public TimeSpan? HalfLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>τ: window after an event in which a goal is looked for.</summary>
    public TimeSpan LabelWindow { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Trailing days over which event weights are estimated; 1 to 90.</summary>
    public int LookbackDays { get; init; } = 28;

    /// <summary>Event types whose weight may only be positive.</summary>
    public FrozenSet<string> PositiveEvents { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Event types whose weight may only be negative.</summary>
    public FrozenSet<string> NegativeEvents { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Declared funnel order, shallow to deep; empty = none declared.</summary>
    public IReadOnlyList<string> Funnel { get; init; } = [];

    /// <summary>What one count of the event weights is.</summary>
    public CountingUnit CountingUnit { get; init; } = CountingUnit.Occurrence;

    /// <summary>Where the pseudo-counts of the event weights go.</summary>
    public WeightPrior WeightPrior { get; init; } = WeightPrior.BaseRate;

    /// <summary>w_max: largest weight of an event either way, nats; 1 to 10.</summary>
    public double LargestWeight { get; init; } = 5;
}
