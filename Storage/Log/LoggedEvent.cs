using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Storage.Log;

/// <summary>What kind of call an event came by.</summary>
public enum EventKind : byte
{
    Track = 1,
    Identify = 2,
    Page = 3,
    Screen = 4,
    Group = 5,
    Alias = 6,
}

/// <summary>One accepted event, as it stands in the log. Fully validated before the append.</summary>
public sealed record LoggedEvent
{
    /// <summary>Tenant boundary; "default" in a deployment with one business.</summary>
    public required string Tenant { get; init; }

    /// <summary>Agent that the event belongs to: "u:" + user id, or "a:" + anonymous id.</summary>
    public required string Agent { get; init; }

    /// <summary>Source that sent it.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the source may state facts about people (server-side key) or only claim them (public write key).</summary>
    public required bool Trusted { get; init; }

    /// <summary>How it came.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Event type as agents count it: the event of a track, "Page Viewed", "Screen Viewed", or "" for identify, group and alias.</summary>
    public required string Name { get; init; }

    /// <summary>Dedupe key within (source, agent); null = never deduplicated.</summary>
    public string? MessageId { get; init; }

    /// <summary>Corrected time of the event.</summary>
    public required Instant OccurredAt { get; init; }

    /// <summary>When the server had it.</summary>
    public required Instant ReceivedAt { get; init; }

    /// <summary>The stated time lay in the future and was replaced by the arrival.</summary>
    public bool Skewed { get; init; }

    /// <summary>The event as it was sent: UTF-8 JSON object.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }
}

/// <summary>An event with its place in the log.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Position in the partition: ≥ 0 and rising in commit order, for ever the same. Not every number is taken (docs/adr/0014).</param>
/// <param name="Event">The event.</param>
public sealed record StoredEvent(int Partition, long Offset, LoggedEvent Event);
