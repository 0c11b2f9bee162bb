using System.Buffers;
using System.IO.Hashing;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The growing ends of the partitions. Numbers events inside the transaction, so visible offsets are dense.</summary>
internal sealed class LogTail
{
    readonly Pending[] pending;
    readonly HashSet<int> touched = [];

    public LogTail(Connection connection, int partitions)
    {
        pending = new Pending[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            using var last = connection.Use("select place, count from log where place >= ?1 and place < ?2 order by place desc limit 1");
            last.Int(1, LogPlace.Of(partition, 0)).Int(2, LogPlace.Of(partition + 1, 0));
            pending[partition] = new Pending(partition, last.Step() ? LogPlace.OffsetOf(last.Int(0)) + last.Int(1) : 0);
        }
    }

    /// <summary>One past the newest durable offset.</summary>
    public long End(int partition) => Volatile.Read(ref pending[partition].DurableEnd);

    /// <summary>Completes at the next commit into a partition that ends at or before an offset; null when it ends behind it already.</summary>
    public Task? Growth(int partition, long offset)
    {
        var tail = pending[partition];
        lock (tail)
        {
            return tail.DurableEnd > offset ? null : (tail.Grown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Adds packed events of one caller to the row that the transaction writes.</summary>
    public void Add(WriteTransaction transaction, int partition, ReadOnlySpan<byte> segment, int count, long newest)
    {
        var tail = pending[partition];
        if (tail.Count > 0 && tail.Bytes.WrittenCount + segment.Length > EventPack.RowBytes)
        {
            Write(transaction, tail);
        }

        if (tail.Count == 0)
        {
            touched.Add(partition);
            tail.Bytes.Write([EventPack.Version]);
            tail.Newest = long.MinValue;
        }

        tail.Bytes.Write(segment);
        tail.Count += count;
        tail.Newest = Math.Max(tail.Newest, newest);
    }

    public void Flush(WriteTransaction transaction)
    {
        foreach (var partition in touched)
        {
            Write(transaction, pending[partition]);
        }
    }

    public void Committed()
    {
        foreach (var partition in touched)
        {
            var tail = pending[partition];
            TaskCompletionSource? grown;
            lock (tail)
            {
                tail.DurableEnd = tail.NextOffset;
                (grown, tail.Grown) = (tail.Grown, null);
            }

            grown?.SetResult();
        }

        touched.Clear();
    }

    public void RolledBack()
    {
        foreach (var partition in touched)
        {
            var tail = pending[partition];
            tail.NextOffset = tail.DurableEnd;
            tail.Count = 0;
            tail.Bytes.ResetWrittenCount();
        }

        touched.Clear();
    }

    static void Write(WriteTransaction transaction, Pending tail)
    {
        if (tail.Count == 0)
        {
            return;
        }

        XxHash3.Hash(tail.Bytes.WrittenSpan, tail.Bytes.GetSpan(sizeof(ulong)));
        tail.Bytes.Advance(sizeof(ulong));
        using var insert = transaction.Use("insert into log (place, count, newest, events) values (?1, ?2, ?3, ?4)");
        insert.Int(1, LogPlace.Of(tail.Partition, tail.NextOffset)).Int(2, tail.Count).Int(3, tail.Newest).Blob(4, tail.Bytes.WrittenSpan).Run();
        tail.NextOffset += tail.Count;
        tail.Count = 0;
        tail.Bytes.ResetWrittenCount();
    }

    sealed class Pending(int partition, long end)
    {
        public int Partition { get; } = partition;

        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public int Count { get; set; }

        public long Newest { get; set; }

        public long NextOffset { get; set; } = end;

        public TaskCompletionSource? Grown { get; set; }

        public long DurableEnd = end;
    }
}

/// <summary>Place of a log row: partition and first offset in one number, so that a partition is one range of the table.</summary>
internal static class LogPlace
{
    const int OffsetBits = 52;

    public static long Of(int partition, long offset) => ((long)partition << OffsetBits) + offset;

    public static long OffsetOf(long place) => place & ((1L << OffsetBits) - 1);
}
