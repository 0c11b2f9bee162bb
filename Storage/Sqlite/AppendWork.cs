using System.Buffers;
using System.Runtime.InteropServices;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>One caller's events, packed on the caller's thread: what cannot be packed fails there, before anybody else is touched.</summary>
internal sealed class AppendWork : WriteWork<bool>
{
    const int SegmentBytes = 64 << 10;
    readonly List<Segment> segments = [];
    readonly IReadOnlyList<DeadLetter> deadLetters;
    readonly ArrayBufferWriter<byte> bytes = new();

    public AppendWork(SqliteEventLog log, IReadOnlyList<LoggedEvent> events, IReadOnlyList<DeadLetter> deadLetters)
    {
        this.deadLetters = deadLetters;
        if (events.Count == 1)
        {
            Pack(log.PartitionOf(events[0].Tenant, events[0].Agent), [events[0]]);
        }
        else
        {
            foreach (var group in events.GroupBy(one => log.PartitionOf(one.Tenant, one.Agent)))
            {
                PackParts(group.Key, [.. group]);
            }
        }

        Bytes = bytes.WrittenCount + deadLetters.Sum(SqliteEventLog.BytesOf);
    }

    public override long Bytes { get; }

    protected override bool Write(WriteTransaction transaction)
    {
        foreach (var segment in segments)
        {
            transaction.Log.Add(transaction, segment.Partition, bytes.WrittenSpan.Slice(segment.From, segment.Length), segment.Count, segment.Newest);
        }

        SqliteEventLog.Add(transaction, deadLetters);
        return true;
    }

    // Long batches become several segments, so that a row stays near its bound.
    void PackParts(int partition, List<LoggedEvent> events)
    {
        var all = CollectionsMarshal.AsSpan(events);
        var from = 0;
        for (int i = 0, held = 0; i < all.Length; i++)
        {
            held += all[i].Payload.Length;
            if (held > SegmentBytes || i == all.Length - 1)
            {
                Pack(partition, all[from..(i + 1)]);
                (from, held) = (i + 1, 0);
            }
        }
    }

    void Pack(int partition, ReadOnlySpan<LoggedEvent> events)
    {
        var from = bytes.WrittenCount;
        EventPack.WriteSegment(bytes, events);
        var newest = long.MinValue;
        foreach (var one in events)
        {
            newest = Math.Max(newest, one.ReceivedAt.UnixMilliseconds);
        }

        segments.Add(new Segment(partition, from, bytes.WrittenCount - from, events.Length, newest));
    }

    readonly record struct Segment(int Partition, int From, int Length, int Count, long Newest);
}
