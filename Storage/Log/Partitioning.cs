using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Storage.Log;

/// <summary>Which partition an agent belongs to. The same for its events and its rows, in every log and store; never change it.</summary>
public static class Partitioning
{
    /// <summary>Partition of an agent, 0 to <paramref name="partitions"/> - 1.</summary>
    public static int Of(string tenant, string agent, int partitions) => (int)(StableHash.Of(tenant, agent) % (ulong)partitions);

    /// <summary>Partition of an agent key, <c>tenant/agent</c> with <c>%</c> and <c>/</c> escaped in each.</summary>
    public static int OfKey(string key, int partitions)
    {
        ArgumentNullException.ThrowIfNull(key);
        var cut = key.IndexOf('/', StringComparison.Ordinal);
        return cut >= 0
            ? Of(Unescape(key[..cut]), Unescape(key[(cut + 1)..]), partitions)
            : throw new ArgumentException($"'{key}' is no agent key; it must be tenant/u:id or tenant/a:id.", nameof(key));
    }

    static string Unescape(string part) => part.Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
