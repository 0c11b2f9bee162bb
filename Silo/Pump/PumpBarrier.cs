using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Pump;

/// <summary>Waits until the agents have applied what the log holds now.</summary>
public sealed class PumpBarrier(IEventLog eventLog, PumpProgress progress)
{
    /// <summary>Completes when everything appended before the call has been applied, or put aside with its reason.</summary>
    public async Task WaitAppliedAsync(CancellationToken stop)
    {
        var targets = new Dictionary<int, long>(eventLog.Partitions);
        for (var partition = 0; partition < eventLog.Partitions; partition++)
        {
            targets[partition] = await eventLog.EndAsync(partition, stop);
        }

        await progress.WaitAsync(targets, stop);
    }
}
