using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>Reads one partition for the owner of one term of its cursor.</summary>
internal sealed class KafkaPartitionReader(KafkaEventLog log, int partition, long term, long committed) : IPartitionReader
{
    PartitionBuffer? buffer;

    // The message that was taken last: a limit may cut it, and the rest is asked for next.
    StoredEvent[] row = [];

    // Asked from here, the reader goes on with the row and then with the buffer.
    long position = -1;

    public int Partition => partition;

    public int Owner => log.CursorOf(partition);

    public long Term => term;

    public long Committed { get; private set; } = committed;

    public async ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var inRow = row.Length > 0 && from >= row[0].Offset && from <= row[^1].Offset;
        if (from != position && !inRow && !await MoveAsync(from, stop).ConfigureAwait(false))
        {
            return [];
        }

        position = from;
        var found = new List<StoredEvent>();
        Take(found, limit);
        while (found.Count < limit && await NextAsync(wait: found.Count == 0, stop).ConfigureAwait(false))
        {
            Take(found, limit);
        }

        return found;
    }

    public async ValueTask CommitAsync(long next, CancellationToken stop)
    {
        if (next < 0 || (next > log.KnownEnd(partition) && next > await log.EndAsync(partition, stop).ConfigureAwait(false)))
        {
            throw new ArgumentOutOfRangeException(nameof(next), next, $"next must be 0 to {log.KnownEnd(partition)}, the end of partition {partition}; was {next}.");
        }

        try
        {
            Committed = await log.Cursors.CommitAsync(log.CursorOf(partition), term, next, stop).ConfigureAwait(false);
        }
        catch (PartitionLostException)
        {
            // The cursor has a number of its own; callers know the partition.
            throw new PartitionLostException(partition);
        }
    }

    public async ValueTask DisposeAsync()
    {
        row = [];
        position = -1;
        if (buffer is { } last)
        {
            buffer = null;
            await log.Feed.StopAsync(last).ConfigureAwait(false);
        }
    }

    void Take(List<StoredEvent> found, int limit)
    {
        if (row.Length == 0 || row[^1].Offset < position)
        {
            return;
        }

        var skip = (int)Math.Max(0, position - row[0].Offset);
        found.AddRange(row.AsSpan(skip, Math.Min(limit - found.Count, row.Length - skip)));
        position = found[^1].Offset + 1;
    }

    /// <summary>Starts reading at an offset; false when the partition ends before it.</summary>
    async ValueTask<bool> MoveAsync(long from, CancellationToken stop)
    {
        position = -1;
        row = [];
        var wanted = KafkaOffset.MessageOf(from);
        var (low, high) = await log.RangeAsync(partition, stop).ConfigureAwait(false);
        if (wanted > high)
        {
            return false;
        }

        buffer = new PartitionBuffer(partition);
        await log.Feed.StartAsync(buffer, wanted < low ? log.OldestKept(partition, from, low) : wanted).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes the next message as the row; false at the end of the partition, or when none is there and none is waited for.</summary>
    async ValueTask<bool> NextAsync(bool wait, CancellationToken stop)
    {
        var from = buffer!;
        try
        {
            while (true)
            {
                if (from.TryTake(out var message, out var value, out var left))
                {
                    if (left < log.Feed.MostBytes / 2)
                    {
                        log.Feed.Resume(from);
                    }

                    row = await log.UnpackAsync(partition, message, value, stop).ConfigureAwait(false);
                    return true;
                }

                if (!wait || from.IsAtEnd(log.Acknowledged(partition)))
                {
                    return false;
                }

                if (from.Arrival(log.Acknowledged(partition)) is { } arrival)
                {
                    await log.ArrivedAsync(partition, arrival, stop).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            // Whatever it was, the next read starts anew where this one began.
            position = -1;
            row = [];
            throw;
        }
    }
}
