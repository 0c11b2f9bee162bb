using Aampe.Agents.Grains.Ownership;

namespace Aampe.Agents.Silo.Pump;

/// <summary>How far each partition has been applied on this silo; wakes those who wait for it.</summary>
public sealed class PumpProgress(TimeProvider time) : IAppliedOffsets
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
    public async Task<bool> ReachesAsync(int partition, long offset, TimeSpan patience, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            Task next;
            lock (sync)
            {
                if (applied.GetValueOrDefault(partition) >= offset)
                {
                    return true;
                }

                next = moved.Task;
            }

            try
            {
                await next.WaitAsync(patience - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero, time, stop);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
