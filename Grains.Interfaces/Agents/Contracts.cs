using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Grains.Interfaces.Agents;

/// <summary>Events of one user out of one partition, in offset order. The arrays are never changed after sending.</summary>
/// <param name="Epoch">Epoch of the log.</param>
/// <param name="Partition">Partition they came from.</param>
/// <param name="Events">The events.</param>
[GenerateSerializer, Immutable, Alias("agents.event-slice")]
public sealed record EventSlice([property: Id(0)] int Epoch, [property: Id(1)] int Partition, [property: Id(2)] SlicedEvent[] Events)
{
    /// <summary>Agent that the events were sent to, without tenant; another one than it is called for once that life has joined. Empty = the agent that is called.</summary>
    [Id(3)]
    public string Addressed { get; init; } = "";

    /// <summary>Term of the partition under which they were read: only an agent that was read under the same may answer before its step is durable.</summary>
    [Id(4)]
    public long Term { get; init; }
}

/// <summary>One event of a slice.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Kind">Number of <c>Storage.Log.EventKind</c>: 1 track, 2 identify, 3 page, 4 screen, 5 group, 6 alias.</param>
/// <param name="Name">Event type; empty for identify, group and alias.</param>
/// <param name="Source">Source that sent it.</param>
/// <param name="Trusted">Whether that source may state facts about people.</param>
/// <param name="MessageId">Dedupe key within (source, user); null = never deduplicated.</param>
/// <param name="OccurredAt">Corrected time.</param>
/// <param name="ReceivedAt">Arrival.</param>
/// <param name="Payload">The event as sent, UTF-8 JSON.</param>
[GenerateSerializer, Immutable, Alias("agents.sliced-event")]
public sealed record SlicedEvent(
    [property: Id(0)] long Offset,
    [property: Id(1)] byte Kind,
    [property: Id(2)] string Name,
    [property: Id(3)] string Source,
    [property: Id(4)] bool Trusted,
    [property: Id(5)] string? MessageId,
    [property: Id(6)] Instant OccurredAt,
    [property: Id(7)] Instant ReceivedAt,
    [property: Id(8)] ReadOnlyMemory<byte> Payload);

/// <summary>What became of a slice.</summary>
/// <param name="Applied">Events that count.</param>
/// <param name="Duplicates">Events whose message id was seen before.</param>
/// <param name="Replayed">Events at or below the watermark.</param>
/// <param name="ForwardTo">Set when this agent was merged into another: send the whole slice there. Nothing was applied here.</param>
/// <param name="Refused">Events that cannot be applied, with their dead-letter reason.</param>
[GenerateSerializer, Immutable, Alias("agents.observe-result")]
public sealed record ObserveResult(
    [property: Id(0)] int Applied,
    [property: Id(1)] int Duplicates,
    [property: Id(2)] int Replayed,
    [property: Id(3)] string? ForwardTo,
    [property: Id(4)] RefusedEvent[] Refused)
{
    /// <summary>An event among them is one that a program answers: the agent has something to do now, and need not wait for the next tick.</summary>
    [Id(5)]
    public bool Answers { get; init; }
}

/// <summary>An event that its agent could not take.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Reason">Dead-letter reason.</param>
/// <param name="Detail">What is wrong.</param>
[GenerateSerializer, Immutable, Alias("agents.refused-event")]
public sealed record RefusedEvent([property: Id(0)] long Offset, [property: Id(1)] string Reason, [property: Id(2)] string Detail);

/// <summary>A question for the next message.</summary>
[GenerateSerializer, Immutable, Alias("agents.next-request")]
public sealed record NextRequest
{
    /// <summary>Moment of the question.</summary>
    [Id(0)] public required Instant At { get; init; }

    /// <summary>Channels allowed; empty = all.</summary>
    [Id(1)] public string[] Channels { get; init; } = [];

    /// <summary>One program only; null = all live ones by priority.</summary>
    [Id(2)] public string? ProgramId { get; init; }

    /// <summary>Where the card goes, for in-app.</summary>
    [Id(3)] public string? Placement { get; init; }

    /// <summary>Event that caused the question.</summary>
    [Id(4)] public string? Trigger { get; init; }

    /// <summary>Decide and activate in one step.</summary>
    [Id(5)] public bool Activate { get; init; }

    /// <summary>Compute only: no record, no counters, no learning.</summary>
    [Id(6)] public bool DryRun { get; init; }

    /// <summary>Idempotency key; null = none.</summary>
    [Id(7)] public string? IdempotencyKey { get; init; }

    /// <summary>Hash of the request body, compared when the key is used again.</summary>
    [Id(8)] public string? BodyHash { get; init; }
}

/// <summary>How a question was answered.</summary>
[GenerateSerializer, Alias("agents.next-status")]
public enum NextStatus
{
    /// <summary>A decision, new or open.</summary>
    Decided,

    /// <summary>The idempotency key was used with another body.</summary>
    IdempotencyConflict,

    /// <summary>The program is unknown or not live.</summary>
    UnknownProgram,

    /// <summary>This life has gone over into another agent: ask that one.</summary>
    Merged,

    /// <summary>The user is suppressed, or just being erased: nothing is decided, and nothing recorded.</summary>
    Suppressed,

    /// <summary>The user objects to marketing and profiling: nothing is decided, and nothing recorded.</summary>
    Objected,
}

/// <summary>The answer to a question for the next message.</summary>
/// <param name="Status">How it was answered.</param>
/// <param name="DecisionId">Null on a dry run and when nothing was decided.</param>
/// <param name="Record">The decision's record, canonical JSON; empty when nothing was decided.</param>
/// <param name="Replayed">The decision was open already, or the key was used before.</param>
/// <param name="State">open, activated, held, hold (see <see cref="DecisionState"/>).</param>
/// <param name="HeldReasons">Why an activation in the same step was refused: JSON array; empty otherwise.</param>
/// <param name="Attributes">The user's attributes for templates, UTF-8 JSON object.</param>
[GenerateSerializer, Immutable, Alias("agents.next-result")]
public sealed record NextResult(
    [property: Id(0)] NextStatus Status,
    [property: Id(1)] string? DecisionId,
    [property: Id(2)] byte[] Record,
    [property: Id(3)] bool Replayed,
    [property: Id(4)] DecisionState State,
    [property: Id(5)] byte[] HeldReasons,
    [property: Id(6)] byte[] Attributes)
{
    /// <summary>Key of the agent to ask instead; null unless <see cref="NextStatus.Merged"/>.</summary>
    [Id(7)]
    public string? MergedInto { get; init; }
}

/// <summary>Where a decision stands.</summary>
[GenerateSerializer, Alias("agents.decision-state")]
public enum DecisionState
{
    /// <summary>The verdict was hold.</summary>
    Hold,

    /// <summary>Waiting for its activation.</summary>
    Open,

    /// <summary>Waiting for its channel.</summary>
    Scheduled,

    /// <summary>Handed to its channel; a treatment.</summary>
    Activated,

    /// <summary>Refused at activation.</summary>
    Held,

    /// <summary>Never activated in time.</summary>
    Expired,

    /// <summary>Given up by the host.</summary>
    Cancelled,

    /// <summary>The channel did not take it; void.</summary>
    Failed,

    /// <summary>Nobody knows whether the channel took it; never sent again.</summary>
    Unknown,

    /// <summary>A newer decision took its place.</summary>
    Superseded,

    /// <summary>No decision of this agent has the id.</summary>
    NotFound,
}

/// <summary>The answer to an activation.</summary>
/// <param name="State">Activated, Held, Expired, Cancelled, NotFound, …</param>
/// <param name="Reasons">Why it was held, a JSON array of reasons.</param>
/// <param name="At">When the state was reached first.</param>
[GenerateSerializer, Immutable, Alias("agents.activation-result")]
public sealed record ActivationResult([property: Id(0)] DecisionState State, [property: Id(1)] byte[] Reasons, [property: Id(2)] Instant At);

/// <summary>The answer to a cancellation.</summary>
/// <param name="State">Cancelled, or the state that forbids it.</param>
[GenerateSerializer, Immutable, Alias("agents.cancel-result")]
public sealed record CancelResult([property: Id(0)] DecisionState State);

/// <summary>How far an agent is to go.</summary>
/// <param name="Until">Everything due up to and including this moment.</param>
/// <param name="Stepwise">True: each thing happens as of its own due moment, and the agent stops after it has put something into the outbox
/// (simulated clock). False: everything happens as of <paramref name="Until"/>, once (real clock, also after downtime).</param>
[GenerateSerializer, Immutable, Alias("agents.advance-request")]
public sealed record AdvanceRequest([property: Id(0)] Instant Until, [property: Id(1)] bool Stepwise);

/// <summary>How far it came.</summary>
/// <param name="NextDue">When it wants to be woken next; null = not before its next event.</param>
/// <param name="Decisions">Decisions made on the way.</param>
/// <param name="Effects">Effects that became final on the way.</param>
[GenerateSerializer, Immutable, Alias("agents.advance-result")]
public sealed record AdvanceResult([property: Id(0)] Instant? NextDue, [property: Id(1)] int Decisions, [property: Id(2)] int Effects);

/// <summary>Leave to call a channel once.</summary>
/// <param name="Granted">False: the row is gone or moved; make no call.</param>
/// <param name="Record">The decision's record, canonical JSON.</param>
/// <param name="Attributes">The user's attributes for templates, UTF-8 JSON object.</param>
/// <param name="Address">Address or token of the channel, when the user has one.</param>
/// <param name="Attempt">Number of this attempt, from 1.</param>
/// <param name="Reasons">Why leave was refused, a JSON array.</param>
[GenerateSerializer, Immutable, Alias("agents.handover-ticket")]
public sealed record HandoverTicket(
    [property: Id(0)] bool Granted,
    [property: Id(1)] byte[] Record,
    [property: Id(2)] byte[] Attributes,
    [property: Id(3)] string? Address,
    [property: Id(4)] int Attempt,
    [property: Id(5)] byte[] Reasons)
{
    /// <summary>Whether no earlier attempt can have been taken by the channel.</summary>
    [Id(6)]
    public bool Fresh { get; init; }
}

/// <summary>What a channel answered.</summary>
[GenerateSerializer, Alias("agents.handover-status")]
public enum HandoverStatus
{
    /// <summary>Taken.</summary>
    Sent,

    /// <summary>Refused for good: void, the caps are given back.</summary>
    Refused,

    /// <summary>Surely not taken, or the endpoint is idempotent: try again at <see cref="HandoverOutcome.RetryAt"/>.</summary>
    Retry,

    /// <summary>Nobody knows: never again, the caps stay used.</summary>
    Unknown,
}

/// <summary>What became of a hand-over.</summary>
/// <param name="Status">What the channel answered.</param>
/// <param name="At">When.</param>
/// <param name="RetryAt">Next attempt, for <see cref="HandoverStatus.Retry"/>.</param>
/// <param name="Code">Code or text of the channel, for people.</param>
/// <param name="ProviderMessageId">The channel's own id.</param>
[GenerateSerializer, Immutable, Alias("agents.handover-outcome")]
public sealed record HandoverOutcome(
    [property: Id(0)] HandoverStatus Status,
    [property: Id(1)] Instant At,
    [property: Id(2)] Instant? RetryAt,
    [property: Id(3)] string Code,
    [property: Id(4)] string? ProviderMessageId)
{
    /// <summary>Whether it is proved that the channel took nothing, by this attempt or an earlier one.</summary>
    [Id(5)]
    public bool NothingTaken { get; init; }

    /// <summary>Whether the channel says that the address or token is dead, so that nothing can ever arrive there.</summary>
    [Id(6)]
    public bool AddressDead { get; init; }

    /// <summary>Whether the channel says that the user has unsubscribed there.</summary>
    [Id(7)]
    public bool OptedOut { get; init; }
}

/// <summary>A statement about consent; the newest wins.</summary>
/// <param name="Channel">push, email, sms, whatsapp, in_app, or * for all.</param>
/// <param name="Purpose">marketing or service.</param>
/// <param name="Status">granted, denied or unknown.</param>
/// <param name="At">When it was given.</param>
/// <param name="Source">Who states it.</param>
/// <param name="Proof">Text version, form id; null = none.</param>
[GenerateSerializer, Immutable, Alias("agents.consent-statement")]
public sealed record ConsentStatement(
    [property: Id(0)] string Channel,
    [property: Id(1)] string Purpose,
    [property: Id(2)] string Status,
    [property: Id(3)] Instant At,
    [property: Id(4)] string Source,
    [property: Id(5)] string? Proof);

/// <summary>What people see of an agent.</summary>
/// <param name="Exists">False: no event has created it yet.</param>
/// <param name="Json">Summary, UTF-8 JSON: userId, attributes, time zone, consent, arms, counters, schedule, posteriors, pending effects (docs/api.md).</param>
[GenerateSerializer, Immutable, Alias("agents.snapshot")]
public sealed record AgentSnapshot([property: Id(0)] bool Exists, [property: Id(1)] byte[] Json);

/// <summary>A known user's agent asks for the life of an anonymous one.</summary>
/// <param name="Into">Key of the known user's agent.</param>
/// <param name="Source">Source that claims they are one person.</param>
/// <param name="Trusted">Whether that source may state it; else only what the same source created is given.</param>
[GenerateSerializer, Immutable, Alias("agents.release-request")]
public sealed record ReleaseRequest([property: Id(0)] string Into, [property: Id(1)] string Source, [property: Id(2)] bool Trusted);

/// <summary>The life of an anonymous agent.</summary>
/// <param name="Given">False: refused, see <paramref name="Refusal"/>.</param>
/// <param name="Record">Packed record at the moment of the merge; empty when there was nothing.</param>
/// <param name="Refusal">Why not.</param>
[GenerateSerializer, Immutable, Alias("agents.release-result")]
public sealed record ReleaseResult([property: Id(0)] bool Given, [property: Id(1)] byte[] Record, [property: Id(2)] string? Refusal);
