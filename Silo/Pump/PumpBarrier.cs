using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Waits until the agents of all silos have applied what the log holds now.</summary>
public sealed class PumpBarrier(IEventLog eventLog, PartitionOwners owners, PumpProgress progress, IGrainFactory grains)
{
    /// <summary>Completes when everything appended before the call has been applied, or put aside with its reason.</summary>
    public Task WaitAppliedAsync(CancellationToken stop) => AllAsync(
        async partition => await progress.WaitAsync(partition, await eventLog.EndAsync(partition, stop), stop),
        keeper => keeper.AppliedAsync().AsTask().WaitAsync(stop));

    /// <summary>Brings the rows of agents that other silos own up to date.</summary>
    public Task CheckpointElsewhereAsync(CancellationToken stop) => AllAsync(_ => Task.CompletedTask, keeper => keeper.CheckpointAsync().AsTask().WaitAsync(stop));

    Task AllAsync(Func<int, Task> here, Func<IPartitionKeeper, Task> elsewhere)
    {
        var mine = owners.Mine();
        return Task.WhenAll(Enumerable.Range(0, eventLog.Partitions).Select(partition => mine.Contains(partition) ? here(partition) : elsewhere(grains.GetGrain<IPartitionKeeper>(partition))));
    }
}
