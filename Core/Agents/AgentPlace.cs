using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Agents;

/// <summary>Fixed places of an agent: stable hashes of its key, the same on every silo and in every release.</summary>
public static class AgentPlace
{
    /// <summary>
    /// The partition: of the agent's events in the log, of its record in the store and of its due moments. One silo owns it at a time.
    /// </summary>
    /// <param name="tenant">Tenant boundary.</param>
    /// <param name="agent"><c>u:</c> and a user id, or <c>a:</c> and an anonymous id.</param>
    /// <param name="partitions">Number of partitions, ≥ 1; never changed for an installation.</param>
    public static int PartitionOf(string tenant, string agent, int partitions) => (int)(StableHash.Of(tenant, agent) % (ulong)partitions);

    /// <summary>The partition of an agent key, <c>tenant/agent</c> with <c>%</c> and <c>/</c> escaped in both.</summary>
    /// <exception cref="FormatException">The key has no separator.</exception>
    public static int PartitionOf(string key, int partitions)
    {
        ArgumentNullException.ThrowIfNull(key);
        var cut = key.IndexOf('/', StringComparison.Ordinal);
        return cut < 0
            ? throw new FormatException($"'{key}' is no agent key; it must be tenant/u:id or tenant/a:id.")
            : PartitionOf(Unescape(key[..cut]), Unescape(key[(cut + 1)..]), partitions);
    }

    /// <summary>Place in the order of the panel; ≥ 0.</summary>
    public static long PanelRankOf(string key) => (long)(StableHash.Of("panel", key) >> 1);

    /// <summary>A tenant as it stands in front of an agent key.</summary>
    public static string TenantPart(string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return tenant.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
    }

    static string Unescape(string part) => part.Contains('%', StringComparison.Ordinal)
        ? part.Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal)
        : part;
}
