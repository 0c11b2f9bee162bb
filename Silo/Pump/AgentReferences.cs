using System.Collections.Concurrent;
using Aampe.Agents.Grains.Interfaces.Agents;

namespace Aampe.Agents.Silo.Pump;

/// <summary>References to the agents that events came for lately: to find one anew costs two calls' worth of work.</summary>
public sealed class AgentReferences(IGrainFactory grains)
{
    /// <summary>Most references kept, some 200 bytes each. Beyond it all go: who is busy comes back at once.</summary>
    const int Most = 100_000;

    readonly ConcurrentDictionary<AgentKey, IUserAgent> known = new();
    int count;

    /// <summary>The reference of an agent.</summary>
    public IUserAgent Of(AgentKey agent)
    {
        if (known.TryGetValue(agent, out var reference))
        {
            return reference;
        }

        reference = grains.GetGrain<IUserAgent>(agent.ToString());
        if (Interlocked.Increment(ref count) > Most)
        {
            known.Clear();
            Volatile.Write(ref count, 0);
        }

        known[agent] = reference;
        return reference;
    }
}
