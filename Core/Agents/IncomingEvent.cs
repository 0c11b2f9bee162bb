using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>What an event is to an agent.</summary>
public enum IncomingKind : byte
{
    /// <summary>Something the user did.</summary>
    Track = 1,

    /// <summary>Who the user is.</summary>
    Identify = 2,

    /// <summary>A page was seen.</summary>
    Page = 3,

    /// <summary>A screen was seen.</summary>
    Screen = 4,

    /// <summary>A group the user belongs to.</summary>
    Group = 5,

    /// <summary>Two ids are one person.</summary>
    Alias = 6,
}

/// <summary>One logged event on its way into an agent.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Event type; empty for identify, group and alias.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Trusted">Whether the source may state facts about people.</param>
/// <param name="MessageId">Dedupe key; null = never deduplicated.</param>
/// <param name="OccurredAt">Corrected time.</param>
/// <param name="ReceivedAt">Arrival.</param>
/// <param name="Payload">As sent, UTF-8 JSON.</param>
public readonly record struct IncomingEvent(
    long Offset,
    IncomingKind Kind,
    string Name,
    string Source,
    bool Trusted,
    string? MessageId,
    Instant OccurredAt,
    Instant ReceivedAt,
    ReadOnlyMemory<byte> Payload);
