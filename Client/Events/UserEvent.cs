using System.Text.Json;

namespace Aampe.Agents.Client;

/// <summary>Something a user did, in the shape of the Segment protocol.</summary>
public sealed record UserEvent
{
    /// <summary>track, identify, page, screen, group or alias.</summary>
    public string Type { get; init; } = "track";

    /// <summary>Id of a known user.</summary>
    public string? UserId { get; init; }

    /// <summary>Id of somebody not known yet.</summary>
    public string? AnonymousId { get; init; }

    /// <summary>Earlier id of the same person, for alias.</summary>
    public string? PreviousId { get; init; }

    /// <summary>Name of a tracked event.</summary>
    public string? Event { get; init; }

    /// <summary>Name of a page or screen.</summary>
    public string? Name { get; init; }

    /// <summary>Dedupe key; given by the client when absent.</summary>
    public string? MessageId { get; init; }

    /// <summary>When it happened; absent = on arrival.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Properties of the event.</summary>
    public JsonElement? Properties { get; init; }

    /// <summary>Traits of the user, for identify and group.</summary>
    public JsonElement? Traits { get; init; }

    /// <summary>timezone, locale, device, …</summary>
    public JsonElement? Context { get; init; }

    /// <summary>A tracked event.</summary>
    public static UserEvent Track(string userId, string name, DateTimeOffset? at = null, JsonElement? properties = null) =>
        new() { UserId = userId, Event = name, Timestamp = at, Properties = properties };

    /// <summary>Facts about a user.</summary>
    public static UserEvent Identify(string userId, JsonElement traits, DateTimeOffset? at = null) =>
        new() { Type = "identify", UserId = userId, Traits = traits, Timestamp = at };

    /// <summary>An anonymous id turns out to be this user.</summary>
    public static UserEvent Alias(string previousId, string userId, DateTimeOffset? at = null) =>
        new() { Type = "alias", PreviousId = previousId, UserId = userId, Timestamp = at };
}

/// <summary>How a batch is taken.</summary>
public sealed record IngestOptions
{
    /// <summary>One bad event refuses all (<see cref="AgentValidationException"/>). At most 1,000 events.</summary>
    public bool Atomic { get; init; }

    /// <summary>Return only after the agents have applied the events, at most 2 s later.</summary>
    public bool WaitApplied { get; init; }
}

/// <summary>What became of a batch.</summary>
/// <param name="Accepted">Events that are durable now.</param>
/// <param name="Duplicates">Events whose message id is known.</param>
/// <param name="Rejected">Events refused, by index.</param>
/// <param name="Pending">Accepted events not applied yet, when that was waited for.</param>
public sealed record IngestReport(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent> Rejected, int Pending = 0);

/// <summary>A refused event.</summary>
/// <param name="Index">Place in the batch.</param>
/// <param name="MessageId">Its message id, when it has one.</param>
/// <param name="Code">Dead-letter reason.</param>
/// <param name="Detail">What is wrong.</param>
public sealed record RejectedEvent(int Index, string? MessageId, string Code, string? Detail);
