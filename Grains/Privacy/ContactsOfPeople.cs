using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>Whose an address was, by a keyed hash of it. Who came back is noted again with the next message.</summary>
public sealed class ContactsOfPeople(IContactPoints points) : IPersonalStore
{
    /// <inheritdoc/>
    public string Name => "contact-points";

    /// <inheritdoc/>
    public string? Remains => null;

    /// <inheritdoc/>
    public async ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(lives);
        var rows = new Dictionary<AgentKey, long>();
        foreach (var life in lives)
        {
            rows[life.Key] = await points.ForgetAsync(life.Key.ToString(), stop);
        }

        return new StorePart(null, rows);
    }

    // The addresses themselves are in the agent's record, and told from there; here are hashes that say nothing.
    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }
}
