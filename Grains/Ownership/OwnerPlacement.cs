using Aampe.Agents.Storage.Log;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Aampe.Agents.Grains.Ownership;

/// <summary>Grains of one partition live on the silo that owns it: agents by their key, others by the number of the partition.</summary>
[GenerateSerializer, Immutable, Alias("agents.owner-placement")]
public sealed class OwnerPlacement : PlacementStrategy;

/// <summary>Places a grain class by <see cref="OwnerPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OwnerPlacementAttribute() : PlacementAttribute(new OwnerPlacement());

/// <summary>Finds the silo for a new activation.</summary>
public sealed class OwnerPlacementDirector(IEventLog eventLog, PartitionOwners owners) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var grain = target.GrainIdentity;
        var key = grain.Key.ToString()!;
        var partition = key.Contains('/', StringComparison.Ordinal) ? Partitioning.OfKey(key, eventLog.Partitions) : (int)(grain.GetIntegerKey() % eventLog.Partitions);
        var silos = context.GetCompatibleSilos(target);
        var owner = owners.OwnerOf(partition);
        return Task.FromResult(silos.Contains(owner) ? owner : PartitionOwners.OwnerOf(partition, silos)!);
    }
}
