using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Waits until the agents of all silos have applied what the log holds now.</summary>
public sealed class PumpBarrier(IEventLog eventLog, PartitionOwners owners, PumpProgress progress, IGrainFactory grains)
{
    static readonly TimeSpan look = TimeSpan.FromSeconds(1);

    /// <summary>Completes when everything appended before the call has been applied, or put aside with its reason.</summary>
    public Task WaitAppliedAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(partition => WaitAppliedAsync(partition, stop)));

    /// <summary>Brings the rows of agents that other silos own up to date.</summary>
    public Task CheckpointElsewhereAsync(CancellationToken stop)
    {
        var mine = owners.Mine();
        return Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Where(partition => !mine.Contains(partition))
            .Select(partition => grains.GetGrain<IPartitionKeeper>(partition).CheckpointAsync().AsTask().WaitAsync(stop)));
    }

    // The partition may move to another silo while it is waited for.
    async Task WaitAppliedAsync(int partition, CancellationToken stop)
    {
        var end = await eventLog.EndAsync(partition, stop);
        while (owners.IsMine(partition))
        {
            if (await progress.ReachesAsync(partition, end, look, stop))
            {
                return;
            }
        }

        await grains.GetGrain<IPartitionKeeper>(partition).AppliedAsync().AsTask().WaitAsync(stop);
    }
}
