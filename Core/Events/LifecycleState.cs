namespace Aampe.Agents.Core.Events;

/// <summary>Where a user stands; one of the parts that a stratum and a context are made of (docs/method.md §5, §8).</summary>
public enum LifecycleState
{
    /// <summary>First seen less than 7 days ago.</summary>
    New,

    /// <summary>Did something within the last 7 days.</summary>
    Active,

    /// <summary>Last did something 7 to 28 days ago.</summary>
    Lapsing,

    /// <summary>Did nothing for more than 28 days, or never anything.</summary>
    Lapsed,
}
