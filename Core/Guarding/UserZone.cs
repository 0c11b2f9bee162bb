using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>Where a user is taken to be, with provenance.</summary>
/// <param name="Id">IANA id.</param>
/// <param name="Source">event, attribute or <see cref="Workspace"/>.</param>
/// <param name="AsOf">When it was stated.</param>
/// <param name="EarlierId">Zone before a recent change: until it is old, the stricter reading of both wins; null = none.</param>
public readonly record struct UserZone(string Id, string Source, Instant AsOf, string? EarlierId)
{
    /// <summary>Source of a zone that nobody stated for this user: judged with a margin.</summary>
    public const string Workspace = "workspace";

    /// <summary>How long a changed zone is judged by the stricter of old and new: 7 d.</summary>
    public static readonly TimeSpan ChangeSettles = TimeSpan.FromDays(7);

    /// <summary>How far a workspace zone may be off: 2 h either side.</summary>
    public static readonly TimeSpan WorkspaceMargin = TimeSpan.FromHours(2);

    /// <summary>When the zone took the place of <see cref="EarlierId"/>; <see cref="AsOf"/> moves on with every later statement of the same zone.</summary>
    public Instant ChangedAt { get; init; } = AsOf;

    /// <summary>The zone before a change that is still judged beside the new one; null = none.</summary>
    public string? EarlierAt(Instant at) => EarlierId is not null && at - ChangedAt < ChangeSettles ? EarlierId : null;
}

/// <summary>One send that caps count.</summary>
/// <param name="At">Hand-over.</param>
/// <param name="Channel">Channel.</param>
/// <param name="ProgramId">Program; empty = a send of another system.</param>
/// <param name="MessageId">Message; empty = a send of another system.</param>
public readonly record struct SentRecord(Instant At, string Channel, string ProgramId, string MessageId);

/// <summary>One check of one limit.</summary>
/// <param name="Id">Guardrail id.</param>
/// <param name="Code">Hold reason if it fails (<see cref="HoldReason"/>).</param>
/// <param name="Passed">Whether it allows.</param>
/// <param name="Value">What was found: sends counted, hours since the last; null = nothing is counted.</param>
/// <param name="Limit">What it may be at most (at least, for a gap); null = nothing is counted.</param>
/// <param name="RetryAt">Earliest moment at which it may allow again; null = not known.</param>
public readonly record struct GuardrailVerdict(string Id, string Code, bool Passed, double? Value, double? Limit, Instant? RetryAt);

/// <summary>A statement about consent; the newest wins.</summary>
/// <param name="Channel">Channel, or * for all.</param>
/// <param name="Purpose">marketing or service.</param>
/// <param name="Status">granted, denied or unknown.</param>
/// <param name="At">When it was given.</param>
public readonly record struct ConsentStatement(string Channel, string Purpose, string Status, Instant At);
