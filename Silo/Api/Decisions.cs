using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary>Stored decisions by id; one of another tenant is as unknown as one that never was.</summary>
sealed class Decisions(IAgentStore store, FreshRows rows, IGrainFactory grains)
{
    public async ValueTask<(StoredDecision? Decision, AgentKey Agent, Problem? Fault)> FindAsync(string id, CancellationToken stop)
    {
        var stored = id.Length <= 100 ? await rows.DecisionAsync(id, stop) : null;
        if (stored is null || AgentKey.Parse(stored.Agent) is not { Tenant: AgentKey.DefaultTenant } agent)
        {
            return (null, default, Problems.NotFound("decision", id.Length <= 100 ? id : id[..100] + "…"));
        }

        return (stored, agent, null);
    }

    /// <summary>What first became of a decision that its agent has forgotten.</summary>
    public async ValueTask<ActivateReply> FateAsync(AgentKey agent, StoredDecision decision, CancellationToken stop)
    {
        await rows.OfAsync(agent, stop);
        return await DecisionFate.OfAsync(store, agent, decision, stop);
    }

    public IUserAgent AgentOf(AgentKey agent) => grains.GetGrain<IUserAgent>(agent.ToString());
}
