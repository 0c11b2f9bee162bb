namespace Aampe.Agents.Storage.Commits;

/// <summary>The bounded way to a writer: first come, first written. Callers wait outside when it is full.</summary>
internal sealed class WriteQueue<T>(int mostWorks, long mostBytes)
    where T : class, IQueuedWork
{
    readonly object gate = new();
    readonly Queue<T> works = new();
    readonly LinkedList<Waiter> waiters = new();
    long bytes;
    Exception? closed;

    /// <summary>Adds work, waiting for room. Cancelled only while it waits: work that was taken in runs to its end.</summary>
    public async ValueTask AddAsync(T work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (gate)
        {
            if (closed is { } why)
            {
                throw why;
            }

            if (waiters.Count == 0 && HasRoom(work))
            {
                Enqueue(work);
                return;
            }

            waiter = new Waiter(work);
            waiter.Node = waiters.AddLast(waiter);
        }

        await using var cancel = stop.Register(() => Cancel(waiter, stop)).ConfigureAwait(false);
        await waiter.Room.Task.ConfigureAwait(false);
    }

    /// <summary>Takes what is there, up to the bounds; waits for the first. Writer thread only.</summary>
    /// <returns>False once the queue is closed and empty.</returns>
    public bool Take(List<T> batch, int atMost, long atMostBytes)
    {
        batch.Clear();
        lock (gate)
        {
            while (works.Count == 0)
            {
                if (closed is not null)
                {
                    return false;
                }

                Monitor.Wait(gate);
            }

            long taken = 0;
            while (batch.Count < atMost && works.TryPeek(out var next) && (batch.Count == 0 || taken + next.Bytes <= atMostBytes))
            {
                taken += next.Bytes;
                batch.Add(works.Dequeue());
            }

            bytes -= taken;
            Admit();
            return true;
        }
    }

    /// <summary>Takes nothing more. What is inside is still written, unless <paramref name="drop"/>.</summary>
    public void Close(Exception why, bool drop)
    {
        List<T> dropped = [];
        List<Waiter> outside;
        lock (gate)
        {
            closed ??= why;
            outside = [.. waiters];
            waiters.Clear();
            if (drop)
            {
                dropped.AddRange(works);
                works.Clear();
                bytes = 0;
            }

            Monitor.PulseAll(gate);
        }

        outside.ForEach(waiter => waiter.Room.TrySetException(why));
        dropped.ForEach(work => work.Failed(why));
    }

    bool HasRoom(T work) => works.Count == 0 || (works.Count < mostWorks && bytes + work.Bytes <= mostBytes);

    void Enqueue(T work)
    {
        works.Enqueue(work);
        bytes += work.Bytes;
        if (works.Count == 1)
        {
            Monitor.Pulse(gate);
        }
    }

    void Admit()
    {
        while (waiters.First is { } first && HasRoom(first.Value.Work))
        {
            waiters.RemoveFirst();
            first.Value.Node = null;
            Enqueue(first.Value.Work);
            first.Value.Room.TrySetResult();
        }
    }

    void Cancel(Waiter waiter, CancellationToken stop)
    {
        lock (gate)
        {
            if (waiter.Node is not { List: not null } node)
            {
                return;
            }

            waiters.Remove(node);
            waiter.Node = null;
        }

        waiter.Room.TrySetCanceled(stop);
    }

    sealed class Waiter(T work)
    {
        public T Work { get; } = work;

        public LinkedListNode<Waiter>? Node { get; set; }

        public TaskCompletionSource Room { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
