using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>A statement about consent.</summary>
public sealed record ConsentChange
{
    /// <summary>push, email, sms, whatsapp, in_app, or * for all.</summary>
    public required string Channel { get; init; }

    /// <summary>marketing or service.</summary>
    public string Purpose { get; init; } = "marketing";

    /// <summary>granted, denied or unknown.</summary>
    public required string Status { get; init; }

    /// <summary>Who states it: form, call centre, import, …</summary>
    public string? Source { get; init; }

    /// <summary>Text version, form id.</summary>
    public string? Proof { get; init; }
}

/// <summary>A statement about consent as stored.</summary>
public sealed record ConsentEntry(string Channel, string Purpose, string Status, DateTimeOffset At, string? Source, string? Proof);

/// <summary>What people see of an agent; attributes, time zone, consent, arms, counters, schedule and pending effects are in <see cref="OpenRecord.More"/>.</summary>
public sealed record UserSummary : OpenRecord
{
    public required string UserId { get; init; }
}

/// <summary>One thing in the life of an agent.</summary>
public sealed record TimelineEntry : OpenRecord
{
    /// <summary>Number over the agent's life, from 1.</summary>
    [JsonPropertyName("seq")]
    public long Sequence { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>event, decision, activation, delivery, effect, consent, …</summary>
    public string? Kind { get; init; }

    /// <summary>Message id of an event.</summary>
    public string? MessageId { get; init; }

    public DecisionId? DecisionId { get; init; }
}

/// <summary>What an agent has learned of one action; prior, successes, failures, mean and interval are in <see cref="OpenRecord.More"/>.</summary>
public sealed record PosteriorRow : OpenRecord
{
    public string? ProgramId { get; init; }

    public string? Context { get; init; }

    public string? Set { get; init; }

    public string? Action { get; init; }
}

/// <summary>A user found by id.</summary>
public sealed record FoundUser(string UserId, bool Anonymous);
