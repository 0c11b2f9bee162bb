using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>An agent whose life has ended.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ErasedAt">When: what is newer belongs to somebody who came back.</param>
/// <param name="LogEnd">End of its partition of the log at that moment.</param>
public sealed record ErasedLife(AgentKey Key, Instant ErasedAt, long LogEnd);

/// <summary>A part of an erasure in one store.</summary>
/// <param name="Position">Where it goes on; null = the store is done.</param>
/// <param name="Rows">Rows taken away in this part, by agent.</param>
public sealed record StorePart(string? Position, IReadOnlyDictionary<AgentKey, long> Rows);

/// <summary>
/// A place beside the agents' own rows that keeps something of people. Register one for every such place: erasures go through all of them, and access tells what is in
/// them. Parts are repeated after a crash and must then find nothing more.
/// </summary>
public interface IPersonalStore
{
    /// <summary>What receipts and exports call it; never changes.</summary>
    string Name { get; }

    /// <summary>What cannot be taken away at once and when it goes by itself; null = everything can.</summary>
    string? Remains { get; }

    /// <summary>Takes away what is kept of some agents, a part at a time.</summary>
    /// <param name="lives">The agents, at most 5,000 and the anonymous ones that joined them.</param>
    /// <param name="position">Where the part before ended; null = at the beginning.</param>
    ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop);

    /// <summary>What is kept of some agents, item by item.</summary>
    IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, CancellationToken stop);
}
