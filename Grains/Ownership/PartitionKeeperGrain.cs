using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Orleans.Concurrency;

namespace Aampe.Agents.Grains.Ownership;

/// <summary>Answers for a partition on the silo that owns it. Holds nothing, so its calls may overlap (docs/adr/0013).</summary>
[OwnerPlacement, Reentrant]
public sealed class PartitionKeeperGrain(IEventLog eventLog, IAppliedOffsets applied, IAgentStore store, PartitionOwners owners, IPersonalLog? people = null) : Grain, IPartitionKeeper
{
    static readonly TimeSpan look = TimeSpan.FromSeconds(1);

    int Partition => checked((int)this.GetPrimaryKeyLong());

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        owners.RefuseStray(Partition);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask AppliedAsync()
    {
        var end = await eventLog.EndAsync(Partition, CancellationToken.None);
        do
        {
            Check();
        }
        while (!await applied.ReachesAsync(Partition, end, look, CancellationToken.None));
    }

    /// <inheritdoc/>
    public ValueTask CheckpointAsync()
    {
        Check();
        return store.CheckpointAsync(Partition, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask<TakenOut> TakeOutAsync(long from, long upTo, string tenant, Dictionary<string, long> agents)
    {
        Check();
        if (people is null)
        {
            throw new InvalidOperationException("The log is on Kafka: no event can be taken out of it.");
        }

        var taken = await people.TakeOutAsync(Partition, from, upTo, tenant, agents, CancellationToken.None);
        return new TakenOut(taken.Next, new Dictionary<string, long>(taken.ByAgent, StringComparer.Ordinal));
    }

    // Its partition has moved to another silo: it would wait here for what is applied there.
    void Check()
    {
        if (!owners.IsMine(Partition))
        {
            DeactivateOnIdle();
            throw new PartitionLostException(Partition);
        }
    }
}
