using System.Text.Json;
using Aampe.Agents.Core.Guarding;

namespace Aampe.Agents.Core.Agents;

/// <summary>What an agent reads out of an event's payload.</summary>
public sealed class EventFacts
{
    /// <summary>Most traits kept per user; more are ignored.</summary>
    public const int MostTraits = 64;

    /// <summary>Longest trait kept, in characters of its JSON text.</summary>
    public const int LongestTrait = 512;

    /// <summary>properties.value, revenue or total; null when there is none.</summary>
    public double? Value { get; internal init; }

    /// <summary>properties.decisionId, or the aid of a link; null when there is none.</summary>
    public string? DecisionId { get; internal init; }

    /// <summary>properties.channel; null when there is none.</summary>
    public string? Channel { get; internal init; }

    /// <summary>properties.deadAddress: fingerprint of an address that a channel found dead; null when there is none.</summary>
    public string? DeadAddress { get; internal init; }

    /// <summary>context.timezone or traits.timezone; null when there is none or it is no IANA id.</summary>
    public string? TimeZone { get; internal init; }

    /// <summary>context.device.token; null when there is none.</summary>
    public string? DeviceToken { get; internal init; }

    /// <summary>anonymousId; null when there is none.</summary>
    public string? AnonymousId { get; internal init; }

    /// <summary>previousId of an alias; null when there is none.</summary>
    public string? PreviousId { get; internal init; }

    /// <summary>Traits as JSON text; null trait = remove it.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Traits { get; internal init; } = [];

    /// <summary>Reads a payload that ingest has validated.</summary>
    /// <exception cref="JsonException">It is no JSON after all.</exception>
    public static EventFacts Read(ReadOnlyMemory<byte> payload) => FactsReader.Read(payload.Span, withTraits: true, null, null);

    /// <summary>Reads what an event of a kind may tell an agent.</summary>
    /// <param name="e">The event. Only an identify has traits.</param>
    /// <param name="zone">Zone that the agent knows: most events repeat it, and it is not made again.</param>
    /// <param name="token">Device token that the agent knows.</param>
    internal static EventFacts Read(in IncomingEvent e, string? zone, string? token) => FactsReader.Read(e.Payload.Span, e.Kind == IncomingKind.Identify, zone, token);

    /// <summary>A trait as it is to be written to: a text without quotes and escapes (clients write + as \u002B), anything else as it stands.</summary>
    public static string Plain(string trait)
    {
        ArgumentNullException.ThrowIfNull(trait);
        return trait.StartsWith('"') ? JsonSerializer.Deserialize<string>(trait)! : trait;
    }

    /// <summary>The id of a zone that there is; null otherwise.</summary>
    internal static string? Zone(string? id) => id is { Length: > 0 and <= 64 } && LocalTime.TryZone(id, out _) ? id : null;
}
