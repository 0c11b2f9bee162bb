using System.Collections.Immutable;

namespace Aampe.Agents.Core.Programs;

/// <summary>The span over which a cap counts.</summary>
public enum CapPeriod
{
    /// <summary>The user's local calendar day.</summary>
    LocalDay,

    /// <summary>The user's local week, from Monday.</summary>
    LocalWeek,

    /// <summary>The last n hours.</summary>
    RollingHours,
}

/// <summary>At most <paramref name="Count"/> activations per period.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Channel">The channel counted, or null for all together.</param>
/// <param name="Count">Largest number allowed; ≥ 0.</param>
/// <param name="Per">The period.</param>
/// <param name="Hours">Length of <see cref="CapPeriod.RollingHours"/>; 1 to 840.</param>
public sealed record Cap(string Id, string? Channel, int Count, CapPeriod Per, int Hours);

/// <summary>Hours of the local day in which nothing is sent; may cross midnight; start = end is the whole day.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="From">First quiet minute, local.</param>
/// <param name="To">First minute that is no longer quiet, local.</param>
/// <param name="ExceptChannels">Channels that may speak all the same.</param>
public sealed record QuietHours(string Id, TimeOnly From, TimeOnly To, ImmutableArray<string> ExceptChannels);

/// <summary>Limits an agent can never cross. They only ever remove options; a wider and a narrower one both apply.</summary>
public sealed record Guardrails
{
    /// <summary>Key that hold reasons name for the gap.</summary>
    public string Id { get; init; } = "guardrails";

    /// <summary>Quiet windows; any one makes the hour quiet.</summary>
    public ImmutableArray<QuietHours> Quiet { get; init; } = [];

    /// <summary>Caps; every one must hold.</summary>
    public ImmutableArray<Cap> Caps { get; init; } = [];

    /// <summary>Least time between two activations over all channels; null = none.</summary>
    public TimeSpan? MinGap { get; init; }

    /// <summary>No limit at all.</summary>
    public static Guardrails None { get; } = new();
}
