namespace Aampe.Agents.Storage.Kafka;

/// <summary>Messages of one partition that were read ahead, from one position on.</summary>
internal sealed class PartitionBuffer(int partition)
{
    // What a message costs beside its bytes, about.
    const int Overhead = 64;
    readonly Lock gate = new();
    readonly Queue<(long Message, byte[]? Value)> messages = new();
    TaskCompletionSource? arrival;
    Exception? failed;
    long end = -1;
    int held;

    public int Partition => partition;

    /// <summary>Whether the feed paused the partition because the buffer was full; the feed sets it.</summary>
    public bool Paused { get; set; }

    /// <summary>Adds a message.</summary>
    /// <returns>Bytes held.</returns>
    public int Add(long message, byte[]? value)
    {
        var now = 0;
        Wake(() =>
        {
            messages.Enqueue((message, value));
            now = held += Overhead + (value?.Length ?? 0);
        });
        return now;
    }

    /// <summary>The brokers had nothing more at this message.</summary>
    public void AtEnd(long message) => Wake(() => end = message);

    /// <summary>Nothing more comes; the reader has to start again.</summary>
    public void Fail(Exception why) => Wake(() => failed ??= why);

    /// <summary>Takes the next message.</summary>
    /// <param name="left">Bytes that are still held.</param>
    public bool TryTake(out long message, out byte[]? value, out int left)
    {
        lock (gate)
        {
            if (messages.TryDequeue(out var next))
            {
                (message, value) = next;
                left = held -= Overhead + (value?.Length ?? 0);
                return true;
            }

            (message, value, left) = (-1, null, 0);
            return failed is null ? false : throw failed;
        }
    }

    /// <summary>Whether the brokers had nothing more, at a place not before <paramref name="known"/>.</summary>
    public bool IsAtEnd(long known)
    {
        lock (gate)
        {
            return messages.Count == 0 && failed is null && end >= Math.Max(known, 0);
        }
    }

    /// <summary>Completes when anything has come; null when there is something to look at.</summary>
    public Task? Arrival(long known)
    {
        lock (gate)
        {
            return messages.Count > 0 || failed is not null || end >= Math.Max(known, 0)
                ? null
                : (arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    void Wake(Action note)
    {
        TaskCompletionSource? wake;
        lock (gate)
        {
            note();
            (wake, arrival) = (arrival, null);
        }

        wake?.SetResult();
    }
}
