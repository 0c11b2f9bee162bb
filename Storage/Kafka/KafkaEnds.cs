namespace Aampe.Agents.Storage.Kafka;

/// <summary>What this process knows about the ends of the partitions, in messages: from its own appends and from what it read.</summary>
internal sealed class KafkaEnds(int partitions)
{
    readonly End[] ends = [.. Enumerable.Range(0, partitions).Select(_ => new End())];
    long messages, events;

    /// <summary>One past the newest message known.</summary>
    public long Known(int partition) => Volatile.Read(ref ends[partition].Next);

    /// <summary>One past the newest message that this process had acknowledged: a reader here must see it.</summary>
    public long Acknowledged(int partition) => Volatile.Read(ref ends[partition].Acknowledged);

    /// <summary>An append was acknowledged.</summary>
    public void Acknowledge(int partition, long message)
    {
        lock (ends[partition])
        {
            ends[partition].Acknowledged = Math.Max(ends[partition].Acknowledged, message + 1);
        }

        Grow(partition, message + 1);
    }

    /// <summary>A partition reaches up to here at least.</summary>
    public void Grow(int partition, long next)
    {
        var end = ends[partition];
        TaskCompletionSource? grown = null;
        lock (end)
        {
            if (next > end.Next)
            {
                end.Next = next;
                (grown, end.Grown) = (end.Grown, null);
            }
        }

        grown?.SetResult();
    }

    /// <summary>Completes when a partition has grown; null when it holds more than an offset already.</summary>
    public Task? Growth(int partition, long offset)
    {
        var end = ends[partition];
        lock (end)
        {
            return KafkaOffset.Before(end.Next) > offset ? null : (end.Grown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Messages were written or read: for the mean number of events in one.</summary>
    public void Count(int some, int eventsInThem)
    {
        Interlocked.Add(ref messages, some);
        Interlocked.Add(ref events, eventsInThem);
    }

    /// <summary>About how many events some messages hold.</summary>
    public long Events(long some) =>
        Volatile.Read(ref messages) is var known and > 0 ? (long)Math.Ceiling((double)some * Volatile.Read(ref events) / known) : some;

    sealed class End
    {
        public long Next;
        public long Acknowledged;
        public TaskCompletionSource? Grown;
    }
}
