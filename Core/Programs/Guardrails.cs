using System.Collections.Immutable;
using Aampe.Agents.Core.Audiences;
using Aampe.Agents.Core.Time;

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
public sealed record Cap(string Id, string? Channel, int Count, CapPeriod Per, int Hours)
{
    /// <summary>marketing, service or transactional: only those are counted and stopped; null = all.</summary>
    public string? Category { get; init; }

    /// <summary>In a program: whether sends of other programs and systems count too. The workspace's caps count them always.</summary>
    public bool CountsAll { get; init; }
}

/// <summary>A span in which nothing is sent, wherever the user is.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment after it; later than <paramref name="From"/>.</param>
/// <param name="Channel">The channel that is silent, or null for all.</param>
public sealed record Blackout(string Id, Instant From, Instant To, string? Channel);

/// <summary>What becomes of a contact that quiet hours, a blackout or a spent budget stop.</summary>
public enum OnBlock
{
    /// <summary>It is held; the next one comes as planned.</summary>
    Hold,

    /// <summary>It waits for the end of the quiet span, or the budget's next period, if that is near enough.</summary>
    DeferToOpen,
}

/// <summary>Hours of the local day in which nothing is sent; may cross midnight; start = end is the whole day.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="From">First quiet minute, local.</param>
/// <param name="To">First minute that is no longer quiet, local.</param>
/// <param name="ExceptChannels">Channels that may speak all the same.</param>
public sealed record QuietHours(string Id, TimeOnly From, TimeOnly To, ImmutableArray<string> ExceptChannels)
{
    /// <summary>Local days on which the window begins; empty = every day.</summary>
    public ImmutableArray<DayOfWeek> Days { get; init; } = [];

    /// <summary>Whether the window begins on a day.</summary>
    public bool Begins(DayOfWeek day) => Days.IsEmpty || Days.Contains(day);

    /// <summary>Whether it begins on every day.</summary>
    public bool IsDaily => Days.IsEmpty || Days.Distinct().Count() == 7;
}

/// <summary>Limits an agent can never cross. They only ever remove options; a wider and a narrower one both apply.</summary>
public sealed record Guardrails
{
    /// <summary>Key that hold reasons name for the gap.</summary>
    public string Id { get; init; } = "guardrails";

    /// <summary>Quiet windows; any one makes the hour quiet.</summary>
    public ImmutableArray<QuietHours> Quiet { get; init; } = [];

    /// <summary>Caps; every one must hold.</summary>
    public ImmutableArray<Cap> Caps { get; init; } = [];

    /// <summary>Money that sends may cost, over all users; every one must hold.</summary>
    public ImmutableArray<Budget> Budgets { get; init; } = [];

    /// <summary>Least time between two activations over all channels; null = none.</summary>
    public TimeSpan? MinGap { get; init; }

    /// <summary>Spans in which nothing is sent.</summary>
    public ImmutableArray<Blackout> Blackouts { get; init; } = [];

    /// <summary>Rest after the user reached a goal: the program's own, or any for the workspace; null = none.</summary>
    public TimeSpan? RestAfterGoal { get; init; }

    /// <summary>Users for whom this holds, or of whom it cannot be told, get nothing; null = no such rule.</summary>
    public AudienceRule? SuppressWhen { get; init; }

    /// <summary>What becomes of a contact that quiet hours, blackouts or budgets of these limits stop.</summary>
    public OnBlock OnBlock { get; init; }

    /// <summary>Longest time that a contact waits with <see cref="OnBlock.DeferToOpen"/>.</summary>
    public TimeSpan MaxDefer { get; init; } = TimeSpan.FromHours(12);

    /// <summary>No limit at all.</summary>
    public static Guardrails None { get; } = new();
}
