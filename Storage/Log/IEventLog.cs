namespace Aampe.Agents.Storage.Log;

/// <summary>
/// An append-only, partitioned log of events: the one way in. <see cref="AppendAsync"/> returns when all is durable, so a success
/// may be answered then and not before.
/// </summary>
public interface IEventLog
{
    /// <summary>Changes whenever <see cref="Partitions"/> changes; part of every watermark.</summary>
    int Epoch { get; }

    /// <summary>Number of partitions; fixed for the life of a log.</summary>
    int Partitions { get; }

    /// <summary>Partition of an agent: a stable hash of tenant and agent.</summary>
    int PartitionOf(string tenant, string agent);

    /// <summary>
    /// Makes events and dead letters durable: all of them when it returns. What cannot be stored is refused before anything is written;
    /// when a store or broker fails, some may have become durable, and the caller sends all of it again. Many callers share one commit.
    /// </summary>
    /// <exception cref="ArgumentException">An event or a letter cannot be stored; none was.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer; what became durable is not known.</exception>
    ValueTask AppendAsync(IReadOnlyList<LoggedEvent> events, IReadOnlyList<DeadLetter> deadLetters, CancellationToken stop);

    /// <summary>Opens a partition for its one owner; an earlier reader of it can no longer commit.</summary>
    ValueTask<IPartitionReader> OpenAsync(int partition, CancellationToken stop);

    /// <summary>Completes once a partition may reach beyond <paramref name="offset"/>, at the latest after <paramref name="patience"/>.</summary>
    ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop);

    /// <summary>One past the newest offset of a partition.</summary>
    ValueTask<long> EndAsync(int partition, CancellationToken stop);

    /// <summary>Events of a partition from an offset on; about, where offsets have gaps.</summary>
    async ValueTask<long> CountAsync(int partition, long from, CancellationToken stop) =>
        Math.Max(0, await EndAsync(partition, stop).ConfigureAwait(false) - from);
}

/// <summary>Reads one partition in order.</summary>
public interface IPartitionReader : IAsyncDisposable
{
    int Partition { get; }

    /// <summary>Number of the row that holds the partition's term and cursor.</summary>
    int Owner => Partition;

    /// <summary>Number of this reader among all that opened the partition: a later one has a larger.</summary>
    long Term { get; }

    /// <summary>First offset that is not committed.</summary>
    long Committed { get; }

    /// <summary>Events from an offset on, in order; empty at the end of the partition.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int limit, CancellationToken stop);

    /// <summary>Everything before <paramref name="next"/> has been applied durably.</summary>
    /// <exception cref="PartitionLostException">Another reader has opened the partition since.</exception>
    ValueTask CommitAsync(long next, CancellationToken stop);
}

/// <summary>The partition has a new owner; this reader's commits no longer count.</summary>
public sealed class PartitionLostException(int partition)
    : Exception($"Partition {partition} was opened by another reader; this one must stop.")
{
    public int Partition { get; } = partition;
}
