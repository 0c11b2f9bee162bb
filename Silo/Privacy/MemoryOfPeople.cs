using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>What silos keep in memory for people who watch: the newest events and the answers of the last day.</summary>
sealed class MemoryOfPeople(IEverywhere everywhere) : IPersonalStore
{
    public string Name => "memory";

    public string? Remains => null;

    public async ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
    {
        await everywhere.ForgetAsync([.. lives.Select(life => life.Key)], stop);
        return new StorePart(null, new Dictionary<AgentKey, long>());
    }

    // The same is in the log and in the decisions, and told from there.
    public async IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }
}
