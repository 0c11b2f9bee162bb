using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>The answer to an activation.</summary>
/// <param name="State">activated, held, expired, cancelled, …</param>
/// <param name="Reasons">Why it was held.</param>
/// <param name="At">When the state was reached first.</param>
public sealed record ActivationResult(string State, IReadOnlyList<HoldReason> Reasons, DateTimeOffset? At)
{
    /// <summary>Whether the message may go out.</summary>
    [JsonIgnore]
    public bool Activated => State == "activated";
}

/// <summary>What became of a message.</summary>
public sealed record DeliveryEvent
{
    /// <summary>delivered, opened, clicked, dismissed, bounced, failed, unsubscribed, complained or converted.</summary>
    public required string Type { get; init; }

    /// <summary>When; absent = now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The channel's own id.</summary>
    public string? ProviderMessageId { get; init; }

    /// <summary>The channel's code, for bounces and failures.</summary>
    public string? Code { get; init; }

    /// <summary>For a bounce: whether the address is dead for good; null = it is, unless the code begins with 4.</summary>
    public bool? AddressDead { get; init; }

    /// <summary>For a bounce: the address or token that it was sent to; null = the one that the user has now.</summary>
    public string? Address { get; init; }
}

/// <summary>A decision as it was stored.</summary>
/// <param name="Canonical">Canonical JSON (RFC 8785), byte for byte.</param>
/// <param name="RecordHash">SHA-256 of these bytes, as the silo states it.</param>
public sealed record DecisionRecord(ReadOnlyMemory<byte> Canonical, string RecordHash);

/// <summary>A recomputed decision.</summary>
/// <param name="Identical">Whether both records are equal to the last byte.</param>
/// <param name="RecordHash">Hash of the stored record.</param>
/// <param name="ReplayHash">Hash of the recomputed one.</param>
/// <param name="Differences">Paths that differ.</param>
public sealed record ReplayResult(bool Identical, string RecordHash, string ReplayHash, IReadOnlyList<string> Differences);

/// <summary>The effect of one decision; window, outcomes, controls and credits are in <see cref="OpenRecord.More"/>.</summary>
public sealed record EffectReceipt : OpenRecord
{
    /// <summary>Which decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>pending, identified, identifiedBySelf or notIdentified.</summary>
    public required string State { get; init; }

    /// <summary>Why it is not identified.</summary>
    public string? Reason { get; init; }

    /// <summary>When it becomes final.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it became final.</summary>
    public DateTimeOffset? FinalAt { get; init; }

    /// <summary>Change against the controls, in nats.</summary>
    public double? DeltaY { get; init; }

    /// <summary>Sampling variance of the change.</summary>
    public double? Variance { get; init; }

    /// <summary>Whether it counted as a success: 0 or 1, or a share.</summary>
    public double? Success { get; init; }
}
