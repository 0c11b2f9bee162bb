using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Silo.Ingest;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>Events that were put aside: a letter belongs to whom it names, and one that cannot be read to whom its text names.</summary>
sealed class LettersOfPeople(IDeadLetters letters) : IPersonalStore
{
    const int Page = 200;

    public string Name => "dead-letters";

    public string? Remains => null;

    public async ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
    {
        var ends = lives.GroupBy(life => life.Key).ToDictionary(group => group.Key, group => group.Max(life => life.ErasedAt));
        var found = new List<(string Id, AgentKey Owner)>();
        await foreach (var (letter, owner) in OfAsync([.. ends.Keys], stop))
        {
            if (letter.At <= ends[owner])
            {
                found.Add((letter.Id, owner));
            }
        }

        var rows = new Dictionary<AgentKey, long>();
        foreach (var group in found.GroupBy(pair => pair.Owner))
        {
            rows[group.Key] = await letters.DeleteAsync(AgentKey.DefaultTenant, [.. group.Select(pair => pair.Id)], stop);
        }

        return new StorePart(null, rows);
    }

    public async IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var (letter, _) in OfAsync([.. lives], stop))
        {
            yield return new JsonObject
            {
                ["id"] = letter.Id,
                ["at"] = letter.At.ToString(),
                ["reason"] = letter.Reason,
                ["source"] = letter.Source,
                ["messageId"] = letter.MessageId,
                ["payload"] = Encoding.UTF8.GetString(letter.Payload.Span),
            };
        }
    }

    /// <summary>Which of some agents a letter belongs to; null = none.</summary>
    internal static AgentKey? OwnerOf(DeadLetter letter, IReadOnlySet<AgentKey> people)
    {
        if (letter.Payload.IsEmpty)
        {
            return null;
        }

        try
        {
            var scan = EventScan.Of(letter.Payload.Span);
            AgentKey?[] named =
            [
                scan.UserId is { } user ? AgentKey.User(letter.Tenant, user) : null,
                scan.AnonymousId is { } visitor ? AgentKey.Anonymous(letter.Tenant, visitor) : null,
                scan.PreviousId is { } before ? AgentKey.User(letter.Tenant, before) : null,
                scan.PreviousId is { } earlier ? AgentKey.Anonymous(letter.Tenant, earlier) : null,
            ];
            if (named.FirstOrDefault(one => one is { } key && people.Contains(key)) is { } owner)
            {
                return owner;
            }

            // A scan ends at the first broken rule; what stands behind it is looked for as text.
            return scan.Fault is null ? null : Mentioned(letter, people);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return Mentioned(letter, people);
        }
    }

    static AgentKey? Mentioned(DeadLetter letter, IReadOnlySet<AgentKey> people)
    {
        foreach (var key in people)
        {
            if (letter.Payload.Span.IndexOf(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(key.Id))) >= 0 || letter.Payload.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{key.Id}\"")) >= 0)
            {
                return key;
            }
        }

        return null;
    }

    async IAsyncEnumerable<(DeadLetter Letter, AgentKey Owner)> OfAsync(HashSet<AgentKey> people, [EnumeratorCancellation] CancellationToken stop)
    {
        string? after = null;
        do
        {
            var some = await letters.ListAsync(AgentKey.DefaultTenant, null, null, after, Page, stop);
            foreach (var letter in some)
            {
                if (OwnerOf(letter, people) is { } owner)
                {
                    yield return (letter, owner);
                }
            }

            after = some.Count == Page ? some[^1].Id : null;
        }
        while (after is not null);
    }
}
