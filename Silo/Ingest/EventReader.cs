using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Turns one event as sent into one event of the log, or says precisely what is wrong with it. Nothing unchecked reaches the log.</summary>
public sealed class EventReader(IngestOptions options)
{
    const int MaxName = 200;
    const int MaxMessageId = 100;
    static readonly Instant Earliest = new(0);

    /// <summary>Reads an event. The payload is the bytes given, not a copy of them.</summary>
    /// <param name="json">One JSON object; the request it came in was read as JSON already.</param>
    /// <param name="impliedType">Type that the route states; null = the event states its own.</param>
    /// <param name="sentAt">When the client sent the request, by its own clock; null = not said.</param>
    /// <param name="received">Arrival.</param>
    /// <param name="caller">Who sends.</param>
    public ReadEvent Read(ReadOnlyMemory<byte> json, string? impliedType, string? sentAt, Instant received, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (json.Length > options.EventBytes)
        {
            return new ReadEvent.Bad(DeadReason.EventTooLarge, $"An event may have {options.EventBytes} bytes; this one has {json.Length}.", null);
        }

        var scan = EventScan.Of(json.Span);
        var messageId = scan.MessageId is { Length: > 0 } given ? given : null;
        if (scan.Fault is { } fault)
        {
            return new ReadEvent.Bad(fault.Reason, fault.Detail, messageId);
        }

        return Check(scan, impliedType ?? scan.Type, messageId) is { } broken
            ? new ReadEvent.Bad(broken.Reason, broken.Detail, messageId)
            : Place(scan, json, KindOf(impliedType ?? scan.Type!), messageId, scan.SentAt ?? sentAt, received, caller);
    }

    static EventKind KindOf(string type) => type switch
    {
        "track" => EventKind.Track,
        "identify" => EventKind.Identify,
        "page" => EventKind.Page,
        "screen" => EventKind.Screen,
        "group" => EventKind.Group,
        _ => EventKind.Alias,
    };

    static (DeadReason Reason, string Detail)? Check(in EventScan scan, string? type, string? messageId)
    {
        if (type is not ("track" or "identify" or "page" or "screen" or "group" or "alias"))
        {
            return (DeadReason.UnknownType, $"type must be track, identify, page, screen, group or alias; was {Quoted(type)}.");
        }

        if (string.IsNullOrEmpty(scan.UserId) && string.IsNullOrEmpty(scan.AnonymousId))
        {
            return (DeadReason.MissingUserId, "userId or anonymousId must be there and not empty.");
        }

        if (type == "alias" && (string.IsNullOrEmpty(scan.UserId) || string.IsNullOrEmpty(scan.PreviousId)))
        {
            return (DeadReason.MissingUserId, "An alias needs userId and previousId.");
        }

        if (type == "track" && string.IsNullOrWhiteSpace(scan.Event))
        {
            return (DeadReason.MissingEventName, "event must name what was tracked; it is missing or empty.");
        }

        return TooLong("userId", scan.UserId, AgentKey.LongestId) ?? TooLong("anonymousId", scan.AnonymousId, AgentKey.LongestId) ?? TooLong("previousId", scan.PreviousId, AgentKey.LongestId)
            ?? TooLong("event", scan.Event, MaxName) ?? TooLong("messageId", messageId, MaxMessageId);
    }

    static (DeadReason, string)? TooLong(string field, string? value, int limit)
    {
        if (value?.Length > limit)
        {
            return (DeadReason.SchemaViolation, $"{field} may have {limit} characters; it has {value.Length}.");
        }

        return value?.Contains('\0', StringComparison.Ordinal) == true ? (DeadReason.SchemaViolation, $"{field} must not hold U+0000.") : null;
    }

    static ReadEvent Place(in EventScan scan, ReadOnlyMemory<byte> json, EventKind kind, string? messageId, string? sentAt, Instant received, Caller caller)
    {
        if (!TryTime(scan.OriginalTimestamp ?? scan.Timestamp, out var stated) || !TryTime(sentAt, out var sent))
        {
            var bad = TryTime(sentAt, out _) ? ("timestamp", scan.OriginalTimestamp ?? scan.Timestamp) : ("sentAt", sentAt);
            return new ReadEvent.Bad(DeadReason.BadTimestamp, $"{bad.Item1} must be RFC 3339 between 1970 and 9999, such as 2026-11-24T09:00:00.000Z; was {Quoted(bad.Item2)}.", messageId);
        }

        // A wrong phone clock is wrong for both: the distance between stating and sending is what it measures well.
        var at = (stated, sent) switch
        {
            ({ } occurred, { } left) => received - (left - occurred),
            ({ } occurred, null) => occurred,
            _ => received,
        };
        if (at < Earliest || at > Instant.Latest)
        {
            return new ReadEvent.Bad(DeadReason.BadTimestamp, $"timestamp {Quoted(scan.OriginalTimestamp ?? scan.Timestamp)} and sentAt {Quoted(sentAt)} together place the event outside the years 1970 to 9999.", messageId);
        }

        var settled = OccurrenceTime.Settle(at, received);
        return new ReadEvent.Good(new LoggedEvent
        {
            Tenant = AgentKey.DefaultTenant,
            Agent = string.IsNullOrEmpty(scan.UserId) ? "a:" + scan.AnonymousId : "u:" + scan.UserId,
            Source = caller.Source,
            Trusted = caller.Trusted,
            Kind = kind,
            Name = kind switch { EventKind.Track => scan.Event!, EventKind.Page => "Page Viewed", EventKind.Screen => "Screen Viewed", _ => "" },
            MessageId = messageId,
            OccurredAt = settled.At,
            ReceivedAt = received,
            Skewed = settled.Skewed,
            Payload = json,
        });
    }

    static bool TryTime(string? text, out Instant? at)
    {
        at = null;
        if (text is null)
        {
            return true;
        }

        if (UtcTime.TryRead(text, out var plain))
        {
            at = plain;
            return true;
        }

        // Years first, and a time: what else .NET would take for a moment ("10:00", "March 2") means something to the sender alone.
        if (text is not [_, _, _, _, '-', _, _, '-', _, _, 'T' or 't' or ' ', _, _, ':', ..]
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || time.Year < 1970)
        {
            return false;
        }

        at = Instant.From(time);
        return true;
    }

    static string Quoted(string? value) => value is null ? "missing" : JsonSerializer.Serialize(value.Length > 40 ? value[..40] + "…" : value);
}
