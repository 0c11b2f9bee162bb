using System.Collections.Frozen;

namespace Aampe.Agents.Core.Events;

/// <summary>How counts become weights (docs/method.md §2). The defaults are those of §0.</summary>
public sealed record EventWeightOptions
{
    readonly double alpha = 0.5;
    readonly double cap = 5;
    readonly double goalMinimum = 1;

    /// <summary>The defaults.</summary>
    public static EventWeightOptions Default { get; } = new();

    /// <summary>α_w &gt; 0: pseudo-count in the rarer class; ½ is Jeffreys' mass.</summary>
    public double Alpha { get => alpha; init => alpha = Require.Positive(value, nameof(Alpha)); }

    /// <summary>w_max &gt; 0 in nats: one event type must not drown the sum; 5 nats is 148 : 1.</summary>
    public double Cap { get => cap; init => cap = Require.Positive(value, nameof(Cap)); }

    /// <summary>w_goal,min ≥ 0 in nats: what a goal counts for at least.</summary>
    public double GoalMinimum { get => goalMinimum; init => goalMinimum = Require.NotNegative(value, nameof(GoalMinimum)); }

    /// <summary>Where the pseudo-counts go.</summary>
    public WeightPrior Prior { get; init; } = WeightPrior.BaseRate;

    /// <summary>Declared signs by event type; a type that is missing here keeps the sign of its estimate, a goal is always positive.</summary>
    public IReadOnlyDictionary<string, Direction> Directions { get; init; } = FrozenDictionary<string, Direction>.Empty;

    /// <summary>Declared order of the funnel, shallow to deep; weights never fall along it. Empty: none declared.</summary>
    public IReadOnlyList<string> Funnel { get; init; } = [];
}
