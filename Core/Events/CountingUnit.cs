namespace Aampe.Agents.Core.Events;

/// <summary>What one count of the event weights is (docs/method.md §2).</summary>
public enum CountingUnit
{
    /// <summary>One occurrence of an event; label: another goal of the user in [t, t + τ). The default: Y adds one weight an occurrence.</summary>
    Occurrence,

    /// <summary>
    /// One UTC day on which the user did anything; a type is present or not; label: a goal in [day end, day end + τ).
    /// For populations where a few very heavy users dominate the occurrences.
    /// </summary>
    UserDay,
}
