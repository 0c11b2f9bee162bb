using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Grains.Ownership;

/// <summary>
/// Which silo owns which partition: rendezvous hashing over the active silos (Thaler and Ravishankar, 1998). Every silo computes the same from
/// the membership it sees, and a silo that comes or goes moves only its own partitions. For moments two silos may see it differently; the term
/// in the store decides between them.
/// </summary>
public sealed class PartitionOwners(IClusterMembershipService membership, ILocalSiloDetails local, IEventLog eventLog)
{
    /// <summary>This silo.</summary>
    public SiloAddress Here => local.SiloAddress;

    /// <summary>The active silos.</summary>
    public IReadOnlyList<SiloAddress> Silos => [.. membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)];

    /// <summary>The owner of a partition among the active silos; this silo while none is active yet.</summary>
    public SiloAddress OwnerOf(int partition) => OwnerOf(partition, Silos) ?? local.SiloAddress;

    /// <summary>Whether this silo owns a partition.</summary>
    public bool IsMine(int partition) => OwnerOf(partition).Equals(local.SiloAddress);

    /// <summary>Refuses an activation of a grain whose partition another silo owns, as one that a call with an old address brings about would be.</summary>
    /// <remarks>
    /// Thrown while the grain is activated, so that Orleans has the caller forget the address and the next call goes by the placement. An activation
    /// that came up here would be found here for ever: Orleans makes one wherever a call arrives.
    /// </remarks>
    /// <exception cref="PartitionLostException">It is not this silo's.</exception>
    public void RefuseStray(int partition)
    {
        if (!IsMine(partition))
        {
            throw new PartitionLostException(partition);
        }
    }

    /// <summary>The partitions of this silo.</summary>
    public IReadOnlySet<int> Mine()
    {
        var silos = Silos;
        return Enumerable.Range(0, eventLog.Partitions).Where(partition => (OwnerOf(partition, silos) ?? local.SiloAddress).Equals(local.SiloAddress)).ToHashSet();
    }

    /// <summary>Completes when the membership has changed since a version, at the latest after <paramref name="patience"/>.</summary>
    public async Task<long> ChangedAsync(long version, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(either.Token))
            {
                if (snapshot.Version.Value > version)
                {
                    return snapshot.Version.Value;
                }
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Looked at anew once in a while, whatever the updates say.
        }

        return membership.CurrentSnapshot.Version.Value;
    }

    /// <summary>The silo with the largest hash; null among none. Goes by address and port, so that a silo that restarts gets its partitions back.</summary>
    public static SiloAddress? OwnerOf(int partition, IEnumerable<SiloAddress> silos)
    {
        ArgumentNullException.ThrowIfNull(silos);
        return silos.MaxBy(silo => (Core.Canonical.StableHash.Of("owner", $"{partition}/{silo.Endpoint}"), silo.Generation));
    }
}
