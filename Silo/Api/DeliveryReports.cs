using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Api;

/// <summary>What became of a message.</summary>
public sealed record DeliveryReport
{
    /// <summary>delivered, opened, clicked, dismissed, bounced, failed, unsubscribed, complained or converted.</summary>
    public string? Type { get; init; }

    /// <summary>When; absent = now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The channel's own id.</summary>
    public string? ProviderMessageId { get; init; }

    /// <summary>The channel's code, for bounces and failures.</summary>
    public string? Code { get; init; }

    /// <summary>For a bounce: whether the address is dead for good; absent = it is, unless the code begins with 4, as those of mail servers do that ask to try again.</summary>
    public bool? AddressDead { get; init; }

    /// <summary>For a bounce: the address or token that it was sent to; absent = the one that the user has now.</summary>
    public string? Address { get; init; }
}

/// <summary>Reports on deliveries as events of the log: they are durable, in order and counted once, like every other event.</summary>
static class DeliveryReports
{
    const int LongestCode = 200;

    static readonly JsonSerializerOptions payload = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Event of each type of report; empty = a hint that changes nothing.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["delivered"] = "Message Delivered",
        ["opened"] = "Message Opened",
        ["clicked"] = "Message Clicked",
        ["dismissed"] = "Message Dismissed",
        ["bounced"] = "Message Bounced",
        ["failed"] = "Message Failed",
        ["unsubscribed"] = "Message Unsubscribed",
        // A complaint is an unsubscription in stronger words.
        ["complained"] = "Message Unsubscribed",
        ["converted"] = "",
    };

    /// <summary>The event of a report.</summary>
    /// <param name="decisionId">The decision that spoke.</param>
    /// <param name="agent">Whose agent.</param>
    /// <param name="channel">Channel of the message; null = not known.</param>
    /// <param name="report">The report; its type has an event.</param>
    /// <param name="now">When it came.</param>
    /// <param name="source">Who reports.</param>
    public static LoggedEvent Event(string decisionId, AgentKey agent, string? channel, DeliveryReport report, Instant now, string source = "api")
    {
        var at = report.At is { } stated ? Instant.Min(Instant.From(stated), now) : now;
        // A report that names its moment counts once for that moment, one without counts once.
        var stamp = report.At is null ? "" : at.UnixMilliseconds.ToString(CultureInfo.InvariantCulture);
        var messageId = "dlv_" + Core.Canonical.StableHash.Of(decisionId, report.Type!, report.ProviderMessageId ?? "", stamp).ToString("x16", CultureInfo.InvariantCulture);
        var name = Names[report.Type!];
        var code = report.Code?.Length > LongestCode ? report.Code[..LongestCode] : report.Code;
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = "track",
                @event = name,
                userId = agent.IsUser ? agent.Id : null,
                anonymousId = agent.IsUser ? null : agent.Id,
                messageId,
                timestamp = at.ToString(),
                properties = new { decisionId, channel, report.ProviderMessageId, code, complaint = report.Type == "complained" ? true : (bool?)null, deadAddress = Dead(channel, report) },
            },
            payload);
        return new LoggedEvent
        {
            Tenant = agent.Tenant,
            Agent = agent.Agent,
            Source = source,
            Trusted = true,
            Kind = EventKind.Track,
            Name = name,
            MessageId = messageId,
            OccurredAt = at,
            ReceivedAt = now,
            Payload = content,
        };
    }

    // The address itself stays out of the log: its fingerprint tells the agent whether it is the one that it has.
    static string? Dead(string? channel, DeliveryReport report) =>
        report.Type != "bounced" || channel is null || !(report.AddressDead ?? report.Code?.StartsWith('4') != true) ? null
        : report.Address is { Length: > 0 } address ? DeadAddresses.Fingerprint(channel, address)
        : DeadAddresses.Whichever;
}
