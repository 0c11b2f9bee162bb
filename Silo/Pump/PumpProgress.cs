using Aampe.Agents.Grains.Ownership;

namespace Aampe.Agents.Silo.Pump;

/// <summary>How far each partition has been applied on this silo; wakes those who wait for it.</summary>
public sealed class PumpProgress : IAppliedOffsets
{
    readonly Lock sync = new();
    readonly Dictionary<int, long> applied = [];
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything before <paramref name="next"/> of a partition has been applied.</summary>
    public void Applied(int partition, long next)
    {
        TaskCompletionSource wake;
        lock (sync)
        {
            applied[partition] = next;
            (wake, moved) = (moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        wake.SetResult();
    }

    /// <inheritdoc/>
    public async Task WaitAsync(int partition, long offset, CancellationToken stop)
    {
        while (true)
        {
            Task next;
            lock (sync)
            {
                if (applied.GetValueOrDefault(partition) >= offset)
                {
                    return;
                }

                next = moved.Task;
            }

            await next.WaitAsync(stop);
        }
    }
}
