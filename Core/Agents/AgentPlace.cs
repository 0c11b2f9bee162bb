using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Agents;

/// <summary>Fixed places of an agent: stable hashes of its key, the same on every silo and in every release.</summary>
public static class AgentPlace
{
    /// <summary>Place in the order of the panel; ≥ 0.</summary>
    public static long PanelRankOf(string key) => (long)(StableHash.Of("panel", key) >> 1);
}
