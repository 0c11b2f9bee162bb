using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Grains.Privacy;

/// <summary>Messages that the sandbox kept instead of sending.</summary>
public sealed class SandboxOfPeople(ISandbox sandbox) : IPersonalStore
{
    const int Page = 200;

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public string? Remains => null;

    /// <inheritdoc/>
    public async ValueTask<StorePart> EraseAsync(IReadOnlyList<ErasedLife> lives, string? position, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(lives);
        var rows = new Dictionary<AgentKey, long>();
        foreach (var life in lives)
        {
            rows[life.Key] = await sandbox.EraseAsync(life.Key.ToString(), life.ErasedAt, stop);
        }

        return new StorePart(null, rows);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonNode> ReadAsync(IReadOnlyList<AgentKey> lives, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var life in lives)
        {
            string? after = null;
            do
            {
                var some = await sandbox.ListAsync(life.Tenant, life.ToString(), after, Page, stop);
                foreach (var one in some)
                {
                    yield return new JsonObject { ["decisionId"] = one.DecisionId, ["channel"] = one.Channel, ["at"] = one.At.ToString(), ["content"] = JsonNode.Parse(one.Content.Span) };
                }

                after = some.Count == Page ? some[^1].DecisionId : null;
            }
            while (after is not null);
        }
    }
}
