using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Storage.Documents;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>Requests about people, as they are stored: whoever reads them does not wait for the one that is being worked off.</summary>
public sealed class Regulations(IDocumentStore documents)
{
    /// <summary>One request; null = there is none.</summary>
    public async ValueTask<RegulationState?> FindAsync(string id, CancellationToken stop) =>
        await documents.ReadAsync(AgentKey.DefaultTenant, RegulationState.Documents, id, stop) is { } stored ? RegulationState.Read(stored.Content.Span) : null;

    /// <summary>All of them, newest first.</summary>
    public async ValueTask<IReadOnlyList<RegulationState>> AllAsync(CancellationToken stop) =>
        [.. (await documents.ListAsync(AgentKey.DefaultTenant, RegulationState.Documents, stop)).Select(stored => RegulationState.Read(stored.Content.Span))
            .OrderByDescending(one => one.At).ThenByDescending(one => one.Id, StringComparer.Ordinal)];

    /// <summary>Ids of those that are not over, oldest first.</summary>
    public async ValueTask<IReadOnlyList<string>> OpenAsync(CancellationToken stop) =>
        [.. (await AllAsync(stop)).Where(one => one.Stage != RegulationState.Done).Reverse().Select(one => one.Id)];
}
