using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Api;

/// <summary>The lives of one person.</summary>
static class Lives
{
    /// <summary>The agent that was named, and the known one that its life has gone over into. Asked anew after each, so that a merge in between is seen.</summary>
    public static async IAsyncEnumerable<AgentKey> OfAsync(IGrainFactory grains, AgentKey agent)
    {
        yield return agent;
        while (!agent.IsUser && Wire.Object((await grains.GetGrain<IUserAgent>(agent.ToString()).SnapshotAsync()).Json).Text("mergedInto") is { } into)
        {
            yield return agent = new AgentKey(agent.Tenant, into);
        }
    }
}
