namespace Aampe.Agents.Client;

/// <summary>What limits come to.</summary>
public sealed record EffectiveGuardrails
{
    /// <summary>Those that bind, in words.</summary>
    public required string Sentence { get; init; }

    public IReadOnlyList<GuardrailLimit> Limits { get; init; } = [];

    /// <summary>The most a user can get: all channels together first, when no channel was asked for.</summary>
    public IReadOnlyList<MostMessages> Most { get; init; } = [];

    /// <summary>Contradictions.</summary>
    public IReadOnlyList<GuardrailClash> Clashes { get; init; } = [];

    /// <summary>Channel of the calendar.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Zone of the calendar.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Seven days from today.</summary>
    public IReadOnlyList<GuardrailDay> Calendar { get; init; } = [];

    /// <summary>How it stands with the user that was asked for.</summary>
    public UserLimits? User { get; init; }
}

/// <summary>One limit.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Code">Hold reason when it stops something.</param>
/// <param name="Scope">workspace or program.</param>
/// <param name="Text">In words.</param>
/// <param name="Binds">False where a narrower limit is always reached first.</param>
public sealed record GuardrailLimit(string Id, string Code, string Scope, string Text, bool Binds);

/// <summary>The most that may reach a user; null = no limit.</summary>
/// <param name="Channel">Empty = all together.</param>
public sealed record MostMessages(string Channel, int? PerDay, int? PerWeek);

/// <summary>Limits that contradict one another.</summary>
public sealed record GuardrailClash(string Code, IReadOnlyList<string> Ids, string Detail);

/// <summary>A local day.</summary>
/// <param name="Date">yyyy-MM-dd.</param>
/// <param name="Hours">24 of open, partly, quiet, blackout, skipped.</param>
public sealed record GuardrailDay(string Date, IReadOnlyList<string> Hours);

/// <summary>A message that might go.</summary>
public sealed record GuardrailTest
{
    public required string UserId { get; init; }

    /// <summary>push, email, sms, whatsapp or in_app.</summary>
    public required string Channel { get; init; }

    /// <summary>When; null = now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Program that would speak; null = the workspace's limits alone.</summary>
    public string? ProgramId { get; init; }

    /// <summary>marketing (when null), service or transactional.</summary>
    public string? Category { get; init; }
}

/// <summary>What limits say of a user at a moment.</summary>
public sealed record UserLimits
{
    public required string UserId { get; init; }

    /// <summary>Whether anything was ever heard of the user.</summary>
    public bool Known { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset LocalTime { get; init; }

    public GuardrailZone TimeZone { get; init; } = new("", "", null, null);

    public string Channel { get; init; } = "";

    public string Category { get; init; } = "";

    /// <summary>Whether it would pass.</summary>
    public bool Passed { get; init; }

    public IReadOnlyList<LimitVerdict> Verdicts { get; init; } = [];

    public IReadOnlyList<GuardrailDay> Calendar { get; init; } = [];
}

/// <summary>Where a user is taken to be.</summary>
/// <param name="Source">event, attribute or workspace.</param>
/// <param name="AsOf">When it was stated; null = never.</param>
/// <param name="Beside">Zone before a recent change: until it has settled, the stricter of both counts.</param>
public sealed record GuardrailZone(string Id, string Source, DateTimeOffset? AsOf, string? Beside);

/// <summary>What one limit says.</summary>
/// <param name="Value">What was found; null = nothing is counted.</param>
/// <param name="Limit">What it may be at most (at least, for a gap).</param>
/// <param name="Left">Messages that a cap still lets through; null = no cap.</param>
/// <param name="RetryAfter">When it may pass again; null = it passes, or nobody knows.</param>
public sealed record LimitVerdict(string Id, string Code, string Scope, string Text, bool Passed, double? Value, double? Limit, double? Left, DateTimeOffset? RetryAfter);

/// <summary>How a budget stands now.</summary>
/// <param name="Id">Key that hold reasons name.</param>
/// <param name="Scope">workspace or program.</param>
/// <param name="ProgramId">Program that states it; null = the workspace.</param>
/// <param name="Channel">Channel that it pays; null = all.</param>
/// <param name="Text">In words.</param>
/// <param name="Amount">Largest sum of a period.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Per">day, week, month or total.</param>
/// <param name="Period">2026-11-24, 2026-W48, 2026-11 or total.</param>
/// <param name="From">First moment of the period; null for total.</param>
/// <param name="To">First moment after it; null for total.</param>
/// <param name="Spent">Spent in it; hand-overs under way are in it.</param>
/// <param name="UnderWay">What of it may come back: hand-overs whose end is not known yet.</param>
/// <param name="Left">What is left.</param>
/// <param name="MessagesLeft">How many more messages that is at the channel's price; null where the workspace states none.</param>
public sealed record BudgetNow(
    string Id, string Scope, string? ProgramId, string? Channel, string Text, decimal Amount, string Currency, string Per, string Period, DateTimeOffset? From, DateTimeOffset? To, decimal Spent, decimal UnderWay, decimal Left, long? MessagesLeft);

/// <summary>Every budget that holds.</summary>
/// <param name="Items">The workspace's, then those of live and paused programs.</param>
/// <param name="TimeZone">Zone of the periods.</param>
/// <param name="At">When this was so.</param>
public sealed record BudgetsNow(IReadOnlyList<BudgetNow> Items, string TimeZone, DateTimeOffset At);
