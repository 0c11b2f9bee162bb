using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Ownership;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Cluster;

/// <summary>
/// Reads of one person that must not miss what another silo has not brought into the rows yet: its owner is asked to do so first.
/// </summary>
sealed class FreshRows(IAgentStore store, IEventLog eventLog, PartitionOwners owners, PumpBarrier barrier, IGrainFactory grains, TimeProvider time)
{
    // Unknown ids are cheap to make up; all owners together are asked at most this often.
    static readonly TimeSpan between = TimeSpan.FromMilliseconds(500);
    readonly Lock sync = new();
    Task asking = Task.CompletedTask;
    long askedAt;

    /// <summary>A decision by its id, wherever it was made.</summary>
    public async ValueTask<StoredDecision?> DecisionAsync(string id, CancellationToken stop)
    {
        var known = await store.DecisionAsync(id, stop);
        if (known is not null || owners.Silos.Count <= 1)
        {
            return known;
        }

        await ElsewhereAsync().WaitAsync(stop);
        return await store.DecisionAsync(id, stop);
    }

    /// <summary>Brings the rows of an agent up to date, if another silo has it.</summary>
    public async ValueTask OfAsync(AgentKey agent, CancellationToken stop)
    {
        var partition = eventLog.PartitionOf(agent.Tenant, agent.Agent);
        if (!owners.IsMine(partition))
        {
            await grains.GetGrain<IPartitionKeeper>(partition).CheckpointAsync().AsTask().WaitAsync(stop);
        }
    }

    Task ElsewhereAsync()
    {
        lock (sync)
        {
            if (asking.IsCompleted && time.GetElapsedTime(askedAt) >= between)
            {
                askedAt = time.GetTimestamp();
                asking = barrier.CheckpointElsewhereAsync(CancellationToken.None);
            }

            return asking;
        }
    }
}
