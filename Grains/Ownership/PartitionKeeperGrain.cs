using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Ownership;

/// <summary>Answers for a partition on the silo that owns it. Holds nothing, so its calls may overlap (docs/adr/0013).</summary>
[OwnerPlacement, Reentrant]
public sealed class PartitionKeeperGrain(IEventLog eventLog, IAppliedOffsets applied, IAgentStore store) : Grain, IPartitionKeeper
{
    int Partition => checked((int)this.GetPrimaryKeyLong());

    /// <inheritdoc/>
    public async ValueTask AppliedAsync() => await applied.WaitAsync(Partition, await eventLog.EndAsync(Partition, CancellationToken.None), CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask CheckpointAsync() => store.CheckpointAsync(Partition, CancellationToken.None);
}
