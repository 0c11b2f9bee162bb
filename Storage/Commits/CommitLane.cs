namespace Aampe.Agents.Storage.Commits;

/// <summary>
/// A writer on a thread of its own: takes what callers have queued and writes it in one transaction. There is no timer: a batch is what
/// came while the last commit ran, so a lone caller waits for one commit and many callers share one.
/// </summary>
internal sealed class CommitLane<T>
    where T : class, IQueuedWork
{
    readonly WriteQueue<T> queue = new(8_192, 64 << 20);
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Action<List<T>> write;
    readonly int mostWorks;
    readonly long mostBytes;

    /// <param name="write">Writes a batch and completes all of it; what it throws fails the batch.</param>
    public CommitLane(string name, int mostWorks, long mostBytes, Action<List<T>> write)
    {
        this.write = write;
        this.mostWorks = mostWorks;
        this.mostBytes = mostBytes;
        new Thread(Work) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Queues work, waiting for room.</summary>
    public ValueTask AddAsync(T work, CancellationToken stop) => queue.AddAsync(work, stop);

    /// <summary>Writes what is queued, then ends.</summary>
    public Task EndAsync()
    {
        queue.Close(new ObjectDisposedException(nameof(CommitLane<>)), drop: false);
        return ended.Task;
    }

    void Work()
    {
        var batch = new List<T>();
        while (queue.Take(batch, mostWorks, mostBytes))
        {
            try
            {
                write(batch);
            }
            catch (Exception why)
            {
                batch.ForEach(work => work.Failed(why));
            }
        }

        ended.SetResult();
    }
}
