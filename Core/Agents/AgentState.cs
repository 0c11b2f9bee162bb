using System.Collections.Immutable;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Where the evidence of one action lies: its program, the context it was chosen in, its set and itself (method §8).</summary>
/// <param name="Program">Program id.</param>
/// <param name="Context">Context key at the decision.</param>
/// <param name="Set">Action set id.</param>
/// <param name="Action">Action id.</param>
public readonly record struct EvidenceKey(string Program, string Context, string Set, string Action) : IComparable<EvidenceKey>
{
    /// <summary>Ordinal order, part by part.</summary>
    public int CompareTo(EvidenceKey other)
    {
        var byProgram = string.CompareOrdinal(Program, other.Program);
        if (byProgram != 0)
        {
            return byProgram;
        }

        var byContext = string.CompareOrdinal(Context, other.Context);
        if (byContext != 0)
        {
            return byContext;
        }

        var bySet = string.CompareOrdinal(Set, other.Set);
        return bySet != 0 ? bySet : string.CompareOrdinal(Action, other.Action);
    }

    /// <summary>Before.</summary>
    public static bool operator <(EvidenceKey a, EvidenceKey b) => a.CompareTo(b) < 0;

    /// <summary>After.</summary>
    public static bool operator >(EvidenceKey a, EvidenceKey b) => a.CompareTo(b) > 0;

    /// <summary>Before or equal.</summary>
    public static bool operator <=(EvidenceKey a, EvidenceKey b) => a.CompareTo(b) <= 0;

    /// <summary>After or equal.</summary>
    public static bool operator >=(EvidenceKey a, EvidenceKey b) => a.CompareTo(b) >= 0;
}

/// <summary>A statement about consent; the newest wins.</summary>
/// <param name="Channel">push, email, sms, whatsapp, in_app, or * for all.</param>
/// <param name="Purpose">marketing or service.</param>
/// <param name="Status">granted, denied or unknown.</param>
/// <param name="At">When it was given.</param>
/// <param name="Source">Who states it.</param>
/// <param name="Proof">Text version or form id; empty = none.</param>
public sealed record ConsentEntry(string Channel, string Purpose, string Status, Instant At, string Source, string Proof);

/// <summary>A use of an idempotency key, remembered for 24 h.</summary>
/// <param name="Key">The key as given.</param>
/// <param name="BodyHash">Hash of the request that used it.</param>
/// <param name="DecisionId">The decision it led to.</param>
/// <param name="At">When.</param>
public sealed record IdempotentUse(string Key, string BodyHash, string DecisionId, Instant At);

/// <summary>How a program stands with this user.</summary>
public sealed record ProgramStanding
{
    /// <summary>When the agent first scheduled a contact for the program.</summary>
    public required Instant Since { get; init; }

    /// <summary>Next contact by the agent's own schedule; null = none planned.</summary>
    public Instant? NextContact { get; init; }

    /// <summary>Slot that was drawn for the next contact; empty = no slot set.</summary>
    public string Slot { get; init; } = "";

    /// <summary>Action of the gap set that led to the next contact; empty = no gap set.</summary>
    public string Gap { get; init; } = "";

    /// <summary>Place in the rules arm's sequence.</summary>
    public int RulesNext { get; init; }

    /// <summary>The user's own event that the next contact answers; null = none, or a program that contacts by schedule.</summary>
    public Instant? TriggeredAt { get; init; }
}

/// <summary>An action that a decision is credited to.</summary>
/// <param name="Set">Action set id.</param>
/// <param name="Action">Action id.</param>
public readonly record struct Credit(string Set, string Action);

/// <summary>A decision whose life is not over: not activated yet, or its effect not final.</summary>
public sealed record LiveDecision
{
    /// <summary>"dec_…".</summary>
    public required string Id { get; init; }

    /// <summary>Number among the agent's decisions, from 1.</summary>
    public required long Ordinal { get; init; }

    /// <summary>Program it was made for.</summary>
    public required string Program { get; init; }

    /// <summary>agentic, random, rules or holdout.</summary>
    public required string Arm { get; init; }

    /// <summary>Where it stands.</summary>
    public required DecisionStage Stage { get; init; }

    /// <summary>When it came there first.</summary>
    public required Instant StageAt { get; init; }

    /// <summary>When it was made.</summary>
    public required Instant DecidedAt { get; init; }

    /// <summary>When it can no longer be activated.</summary>
    public required Instant ExpiresAt { get; init; }

    /// <summary>Context of the choice; its effect updates that cell.</summary>
    public required string Context { get; init; }

    /// <summary>Message id; empty for a hold.</summary>
    public string Message { get; init; } = "";

    /// <summary>Channel; empty for a hold.</summary>
    public string Channel { get; init; } = "";

    /// <summary>What the question allowed; the same question gets the same open decision.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Actions whose posteriors the effect updates.</summary>
    public ImmutableArray<Credit> Credits { get; init; } = [];

    /// <summary>t_int: hand-over to the channel, or the moment of an agent's own hold; null = no intervention (yet).</summary>
    public Instant? TreatedAt { get; init; }

    /// <summary>The newest thing heard about its delivery: delivered, opened, clicked, dismissed; empty = nothing.</summary>
    public string Delivery { get; init; } = "";

    /// <summary>Why it was refused, as a JSON array of coded reasons: a repeated activation gives the first answer; empty = it was not.</summary>
    public string Reasons { get; init; } = "";

    /// <summary>Calls made to its channel.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether its effect has been settled.</summary>
    public bool Settled { get; init; }

    /// <summary>Name of the user's own event that caused it; empty = none. The time before is then busier than that of any other user without the same event.</summary>
    public string Trigger => Filter.Split('|', 4) is [_, _, _, var caused] ? caused : "";

    /// <summary>What the filter of a contact begins with that answers the user's own event by the agent's plan; no program can have such a name.</summary>
    public const string Answering = "@trigger";

    /// <summary>When the event was that an agent's own plan answers with this; null = none.</summary>
    public Instant? TriggeredAt => Filter.Split('|', 4) is [Answering, var at, _, _] ? new Instant(long.Parse(at, System.Globalization.CultureInfo.InvariantCulture)) : null;

    /// <summary>Whether it was the agent's own idea, by schedule or by trigger.</summary>
    public bool IsByPlan => Filter == "tick" || Filter.StartsWith(Answering, StringComparison.Ordinal);

    /// <summary>Whether it speaks.</summary>
    public bool IsSend => Message.Length > 0;
}

/// <summary>Where a decision stands.</summary>
public enum DecisionStage : byte
{
    /// <summary>A hold; nothing to activate.</summary>
    Hold = 0,

    /// <summary>Waits for its activation by the host.</summary>
    Open = 1,

    /// <summary>Waits in the outbox.</summary>
    Scheduled = 2,

    /// <summary>The channel is being called; counts as sent until proved otherwise.</summary>
    InFlight = 3,

    /// <summary>Handed to its channel.</summary>
    Activated = 4,

    /// <summary>Refused when it was to be activated.</summary>
    Held = 5,

    /// <summary>Never activated in time.</summary>
    Expired = 6,

    /// <summary>Given up by the host.</summary>
    Cancelled = 7,

    /// <summary>The channel refused it.</summary>
    Failed = 8,

    /// <summary>Nobody knows whether the channel took it.</summary>
    Unknown = 9,

    /// <summary>A newer decision took its place.</summary>
    Superseded = 10,
}

/// <summary>A settled effect, kept for the cohort's totals; the newest <see cref="AgentState.RecentEffectsKept"/>.</summary>
/// <param name="Program">Program id.</param>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Send">True for a message, false for a hold.</param>
/// <param name="At">t_int.</param>
/// <param name="Value">ΔY in nats.</param>
public readonly record struct RecentEffect(string Program, string Arm, bool Send, Instant At, double Value);

/// <summary>An effect that has been learnt and may still be revised by late events (method §5, option).</summary>
/// <param name="Decision">"dec_…"; the decision stays among the live ones as long.</param>
/// <param name="Success">What it was binarised to; null = nothing.</param>
/// <param name="Effect">ΔY in nats.</param>
/// <param name="Weight">ω of each credit.</param>
/// <param name="LearntAt">When the posteriors took it.</param>
/// <param name="Late">Whether an event of its windows has come since it was measured last.</param>
public readonly record struct RevisableEffect(string Decision, double? Success, double Effect, double Weight, Instant LearntAt, bool Late);

/// <summary>How far the log has been applied.</summary>
/// <param name="Epoch">Epoch of the log.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Last offset that was applied.</param>
/// <param name="From">Agent whose events they were, of a life that joined this one; empty = its own. Two agents of one partition are read on their own.</param>
public readonly record struct Watermark(int Epoch, int Partition, long Offset, string From = "");

/// <summary>Counts over an agent's life.</summary>
public readonly record struct AgentCounters(long Events, long Duplicates, long Late, long Sends, long Holds, long Effects, long NotIdentified);

/// <summary>
/// All that one agent knows: a value. Every step of an agent is a pure function from one of these to the next; storing it is somebody else's work.
/// </summary>
public sealed record AgentState
{
    /// <summary>Most settled effects kept in the record.</summary>
    public const int RecentEffectsKept = 32;

    /// <summary>Tenant boundary.</summary>
    public required string Tenant { get; init; }

    /// <summary><c>u:</c> and a user id, or <c>a:</c> and an anonymous id.</summary>
    public required string Agent { get; init; }

    /// <summary>Which life of this id it is; part of every decision id.</summary>
    public required string Incarnation { get; init; }

    /// <summary>Source of the first event; empty before it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>Decisions made so far.</summary>
    public long Ordinal { get; init; }

    /// <summary>Journal entries written so far.</summary>
    public long JournalLength { get; init; }

    /// <summary>Time of the earliest event; <see cref="Instant.Latest"/> before the first.</summary>
    public Instant FirstSeen { get; init; } = Instant.Latest;

    /// <summary>Time of the latest event; <see cref="Instant.Earliest"/> before the first.</summary>
    public Instant LastSeen { get; init; } = Instant.Earliest;

    /// <summary>Events of the last weeks and counters of whole days.</summary>
    public AgentHistory History { get; init; } = AgentHistory.Empty;

    /// <summary>Message ids of the last 24 h.</summary>
    public DedupeWindow Seen { get; init; } = DedupeWindow.Empty;

    /// <summary>How far the log has been applied, per partition.</summary>
    public ImmutableArray<Watermark> Applied { get; init; } = [];

    /// <summary>Traits, each as JSON text.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The user's zone as last stated; null = never stated.</summary>
    public UserZone? Zone { get; init; }

    /// <summary>Address or token per channel.</summary>
    public ImmutableSortedDictionary<string, string> Addresses { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Consent statements in the order in which they came.</summary>
    public ImmutableArray<ConsentEntry> Consents { get; init; } = [];

    /// <summary>Evidence per context and action.</summary>
    public ImmutableSortedDictionary<EvidenceKey, Evidence> Evidence { get; init; } = ImmutableSortedDictionary<EvidenceKey, Evidence>.Empty;

    /// <summary>What the joint model keeps, per program that has it.</summary>
    public ImmutableSortedDictionary<string, AgentEffects> JointEffects { get; init; } = ImmutableSortedDictionary.Create<string, AgentEffects>(StringComparer.Ordinal);

    /// <summary>Standing per program.</summary>
    public ImmutableSortedDictionary<string, ProgramStanding> Standings { get; init; } = ImmutableSortedDictionary.Create<string, ProgramStanding>(StringComparer.Ordinal);

    /// <summary>Decisions whose life is not over, by ordinal.</summary>
    public ImmutableArray<LiveDecision> Decisions { get; init; } = [];

    /// <summary>Sends of the last 35 days in order of time; what caps count.</summary>
    public ImmutableArray<SentRecord> Sends { get; init; } = [];

    /// <summary>Idempotency keys of the last 24 h.</summary>
    public ImmutableArray<IdempotentUse> Idempotent { get; init; } = [];

    /// <summary>The newest settled effects in order of settling.</summary>
    public ImmutableArray<RecentEffect> RecentEffects { get; init; } = [];

    /// <summary>Effects that late events may still revise, in order of learning.</summary>
    public ImmutableArray<RevisableEffect> Revisable { get; init; } = [];

    /// <summary>Agent that took this one's life over; empty = none.</summary>
    public string MergedInto { get; init; } = "";

    /// <summary>Agents whose lives were taken over, in order.</summary>
    public ImmutableArray<string> MergedFrom { get; init; } = [];

    /// <summary>When tracking was opted out of; null = never.</summary>
    public Instant? WithdrawnAt { get; init; }

    /// <summary>Latest moment that this agent has acted at: time never runs backwards for it.</summary>
    public Instant ActedAt { get; init; } = Instant.Earliest;

    /// <summary>Counts over the agent's life.</summary>
    public AgentCounters Counters { get; init; }

    /// <summary>The id as the host app gave it.</summary>
    public string Id => Agent[2..];

    /// <summary>A decision whose life is not over, or null.</summary>
    public LiveDecision? Find(string decisionId)
    {
        foreach (var one in Decisions)
        {
            if (one.Id == decisionId)
            {
                return one;
            }
        }

        return null;
    }
}
