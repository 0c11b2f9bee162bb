namespace Aampe.Agents.Core.Events;

/// <summary>How often something was followed by a goal and how often not (n_e1, n_e0 of docs/method.md §2).</summary>
/// <param name="Goal">Mature occurrences with a goal within τ; ≥ 0.</param>
/// <param name="Other">Mature occurrences without; ≥ 0.</param>
public readonly record struct EventCount(long Goal, long Other)
{
    /// <summary>Element-wise sum.</summary>
    public static EventCount operator +(EventCount a, EventCount b) => new(checked(a.Goal + b.Goal), checked(a.Other + b.Other));

    /// <summary>Element-wise difference; may be negative.</summary>
    public static EventCount operator -(EventCount a, EventCount b) => new(checked(a.Goal - b.Goal), checked(a.Other - b.Other));
}
