namespace Aampe.Agents.Storage.Postgres;

/// <summary>How far a partition is known to reach, and who waits for more.</summary>
internal sealed class PartitionEnd
{
    readonly Lock gate = new();
    TaskCompletionSource? grown;
    long end;

    /// <summary>One past the newest offset that this process has seen.</summary>
    public long Known => Volatile.Read(ref end);

    /// <summary>Somebody waits.</summary>
    public bool IsAwaited => Volatile.Read(ref grown) is not null;

    /// <summary>Completes when more is known to be there; null when the partition ends behind an offset already.</summary>
    public Task? Growth(long offset)
    {
        lock (gate)
        {
            return end > offset ? null : (grown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Seen(long to)
    {
        TaskCompletionSource? waiters;
        lock (gate)
        {
            if (to <= end)
            {
                return;
            }

            end = to;
            (waiters, grown) = (grown, null);
        }

        waiters?.SetResult();
    }
}
