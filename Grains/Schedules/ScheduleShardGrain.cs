using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Schedules;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Grains.Schedules;

/// <summary>Wakes due agents of one shard. The due index is part of each agent's own write, so a lost reminder or a crash loses no user (R11).</summary>
[OwnerPlacement]
public sealed class ScheduleShardGrain(IAgentStore store, AgentReferences references, IClock clock, IOptions<GrainsOptions> options, PartitionOwners owners, ILogger<ScheduleShardGrain> log)
    : Grain, IScheduleShard, IRemindable
{
    const string Tick = "tick";
    const int Batch = 500;
    const int WholeShard = 1_000_000;
    static readonly TimeSpan period = TimeSpan.FromMinutes(1);

    int Shard => checked((int)this.GetPrimaryKeyLong());

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        owners.RefuseStray(Shard);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask ArmAsync() => await this.RegisterOrUpdateReminder(Tick, period, period);

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        try
        {
            await RunAsync(clock.Now, stepwise: false);
        }
        catch (PartitionLostException)
        {
            // The next tick finds it where its partition is.
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ShardRun> RunAsync(Instant until, bool stepwise)
    {
        var total = new ShardRun(0, 0, 0);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            Check();
            // Stepwise each agent moves once a run, so that what it put out is delivered before its next step.
            var due = await store.DueAsync(Shard, until, stepwise ? WholeShard : Batch, CancellationToken.None);
            var open = due.Where(one => !failed.Contains(one.Key)).ToList();
            if (open.Count == 0)
            {
                return total;
            }

            total = await AdvanceAllAsync(open, new AdvanceRequest(until, stepwise), failed, total);
            if (stepwise)
            {
                return total;
            }
        }
    }

    // Its partition has moved to another silo: here the due index is as old as the last checkpoint, and names again and again who was advanced there.
    void Check()
    {
        if (!owners.IsMine(Shard))
        {
            DeactivateOnIdle();
            throw new PartitionLostException(Shard);
        }
    }

    async Task<ShardRun> AdvanceAllAsync(List<DueAgent> due, AdvanceRequest request, HashSet<string> failed, ShardRun total)
    {
        var next = 0;
        // Each takes the next agent as soon as its last is done, so that none waits for the slowest. All on this grain's own scheduler, one at a time.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.Value.ConcurrentAgents, due.Count)).Select(async _ =>
        {
            while (next < due.Count)
            {
                var result = await AdvanceAsync(due[next++].Key, request);
                if (result.Done is { } done)
                {
                    total = ShardRuns.Add(total, done);
                }
                else
                {
                    // Its due moment stays in the index: it is tried again at the next tick, and the others of the shard are not held up.
                    failed.Add(result.Key);
                }
            }
        }));
        return total;
    }

    async Task<(string Key, AdvanceResult? Done)> AdvanceAsync(string key, AdvanceRequest request)
    {
        try
        {
            return (key, await references.Of(key).AdvanceAsync(request));
        }
        catch (Exception error)
        {
            ScheduleLog.AgentFailed(log, key, error);
            return (key, null);
        }
    }
}
