namespace Aampe.Agents.Client;

/// <summary>An event as it came in, without its values.</summary>
public sealed record ArrivedEvent
{
    /// <summary>Counts up since the silo started.</summary>
    public long Number { get; init; }

    /// <summary>When the silo had it, on its clock.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>track, identify, page, screen, group or alias.</summary>
    public string? Type { get; init; }

    /// <summary>Event name as agents count it.</summary>
    public string? Name { get; init; }

    /// <summary>Known user.</summary>
    public string? UserId { get; init; }

    /// <summary>Anonymous user.</summary>
    public string? AnonymousId { get; init; }

    /// <summary>Dedupe key.</summary>
    public string? MessageId { get; init; }

    /// <summary>Source that sent it.</summary>
    public required string Source { get; init; }

    /// <summary>Why it was put aside; <see langword="null"/> when it was accepted.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong with it.</summary>
    public string? Detail { get; init; }
}
