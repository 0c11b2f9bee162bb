using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <summary>An event whose type is in the weights table, with what it counts for before decay: w_e · m(v) (docs/method.md §2).</summary>
/// <param name="At">When it occurred.</param>
/// <param name="Weight">Effective weight in nats; finite, negative for an event that announces the goal's absence.</param>
public readonly record struct WeightedEvent(Instant At, double Weight)
{
    /// <summary>Effective weight in nats; finite.</summary>
    public double Weight { get; init; } = Require.Finite(Weight);
}
