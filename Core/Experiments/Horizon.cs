using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Experiments;

/// <summary>The fixed span over which an experiment is judged, set before it starts. Intervals keep their level at its end, not at every look before.</summary>
/// <param name="Start">When users begin to count.</param>
/// <param name="End">When they stop; after <paramref name="Start"/>.</param>
/// <param name="Grace">How long events of the span may still arrive; ≥ 0.</param>
/// <remarks>docs/method/3-experiments-off-policy.md, trust checks.</remarks>
public sealed record Horizon(Instant Start, Instant End, TimeSpan Grace)
{
    /// <summary>When they stop.</summary>
    public Instant End { get; init; } = End > Start ? End : throw new ArgumentException($"An experiment must end after its start {Start}; was {End}.", nameof(End));

    /// <summary>How long events of the span may still arrive.</summary>
    public TimeSpan Grace { get; init; } = Grace >= TimeSpan.Zero ? Grace : throw new ArgumentOutOfRangeException(nameof(Grace), Grace, $"Grace must be ≥ 0; was {Grace}.");

    /// <summary>Whether a look at a moment is an early one: to be marked Interim, since the chance of a false alarm adds up over looks.</summary>
    public bool IsInterim(Instant at) => at < End + Grace;
}
