using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>The event log: events of people are taken out where they lie; on Kafka they stay until the topic's retention.</summary>
public sealed class LogOfPeople(IEventLog eventLog, IGrainFactory grains, IPersonalLog? people = null) : IPersonalStore
{
    // Parts of a partition that are looked through before where we are is recorded.
    const int Parts = 64;

    /// <inheritdoc/>
    public string Name => "event-log";

    /// <inheritdoc/>
    public string? Remains => people is null
        ? "The log is on Kafka, where no single record can be changed: events stay in the topic until its retention.ms has passed, are refused by the agent if they are read again, and are not shown anywhere (docs/privacy.md)."
        : null;

    /// <inheritdoc/>
    public async ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
    {
        var rows = new Dictionary<AgentKey, long>();
        if (people is null)
        {
            return new StorePart(null, rows);
        }

        var groups = lives.GroupBy(life => eventLog.PartitionOf(life.Key.Tenant, life.Key.Agent)).OrderBy(group => group.Key).ToList();
        var (first, from) = Where(position);
        foreach (var group in groups.Where(group => group.Key >= first))
        {
            var tenant = group.First().Key.Tenant;
            var agents = group.ToDictionary(life => life.Key.Agent, life => life.LogEnd, StringComparer.Ordinal);
            var (next, end) = (group.Key == first ? from : 0, agents.Values.Max());
            for (var parts = 0; next < end; parts++)
            {
                if (parts == Parts)
                {
                    return new StorePart($"{group.Key}/{next}", rows);
                }

                var taken = await grains.GetGrain<IPartitionKeeper>(group.Key).TakeOutAsync(next, end, tenant, agents);
                next = taken.Next;
                foreach (var (agent, events) in taken.ByAgent)
                {
                    var key = new AgentKey(tenant, agent);
                    rows[key] = rows.GetValueOrDefault(key) + events;
                }
            }
        }

        await people.SettleAsync(stop);
        return new StorePart(null, rows);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [EnumeratorCancellation] CancellationToken stop)
    {
        if (people is null)
        {
            yield break;
        }

        foreach (var group in lives.GroupBy(life => eventLog.PartitionOf(life.Tenant, life.Agent)))
        {
            var end = await eventLog.EndAsync(group.Key, stop);
            var agents = group.ToDictionary(life => life.Agent, _ => long.MaxValue, StringComparer.Ordinal);
            for (long from = 0; from < end;)
            {
                var found = await people.FindAsync(group.Key, from, end, group.First().Tenant, agents, stop);
                foreach (var one in found.Events)
                {
                    yield return Shown(one.Event);
                }

                from = found.Next;
            }
        }
    }

    static (int Partition, long From) Where(string? position) =>
        position?.Split('/') is [var partition, var from] ? (int.Parse(partition, CultureInfo.InvariantCulture), long.Parse(from, CultureInfo.InvariantCulture)) : (0, 0);

    static JsonObject Shown(LoggedEvent one) => new()
    {
        ["receivedAt"] = one.ReceivedAt.ToString(),
        ["occurredAt"] = one.OccurredAt.ToString(),
        ["type"] = one.Kind.ToString().ToLowerInvariant(),
        ["event"] = one.Name.Length == 0 ? null : one.Name,
        ["source"] = one.Source,
        ["messageId"] = one.MessageId,
        ["payload"] = Payload(one.Payload),
    };

    // Halves of surrogate pairs parse and cannot be written again.
    static JsonNode? Payload(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var node = JsonNode.Parse(payload.Span);
            _ = node?.ToJsonString();
            return node;
        }
        catch (Exception odd) when (odd is JsonException or ArgumentException or InvalidOperationException)
        {
            return System.Text.Encoding.UTF8.GetString(payload.Span);
        }
    }
}
