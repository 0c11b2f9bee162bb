using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Agents;

/// <summary>Fixed places of an agent: stable hashes of its key, the same on every silo and in every release.</summary>
public static class AgentPlace
{
    /// <summary>The schedule shard.</summary>
    /// <param name="key">Agent key.</param>
    /// <param name="shards">Number of shards, ≥ 1; never changed for an installation.</param>
    public static int ShardOf(string key, int shards) => (int)(StableHash.Of("shard", key) % (ulong)shards);

    /// <summary>Place in the order of the panel; ≥ 0.</summary>
    public static long PanelRankOf(string key) => (long)(StableHash.Of("panel", key) >> 1);
}
