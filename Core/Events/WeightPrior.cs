namespace Aampe.Agents.Core.Events;

/// <summary>Where the pseudo-counts of the event weights go (docs/method.md §2, smoothing).</summary>
public enum WeightPrior
{
    /// <summary>α in the rarer class, in proportion more in the other: an event type never seen weighs exactly 0.</summary>
    BaseRate,

    /// <summary>α in both classes for each of the table's types.</summary>
    Symmetric,
}
