using System.Buffers;
using System.Runtime.InteropServices;

namespace Aampe.Agents.Storage.Log;

/// <summary>One caller's events, packed on the caller's thread: what cannot be packed fails there, before anybody else is touched.</summary>
internal sealed class PackedEvents
{
    const int SegmentBytes = 64 << 10;

    // About what an event takes beside its payload; more makes the buffer grow.
    const int OtherBytes = 64;
    readonly List<PackedSegment> segments = [];
    readonly ArrayBufferWriter<byte> bytes;

    public PackedEvents(IReadOnlyList<LoggedEvent> events, int partitions)
    {
        bytes = new(events.Sum(one => one.Payload.Length + OtherBytes) + OtherBytes);
        if (events.Count == 1)
        {
            Pack(Partitioning.Of(events[0].Tenant, events[0].Agent, partitions), [events[0]]);
        }
        else
        {
            foreach (var group in events.GroupBy(one => Partitioning.Of(one.Tenant, one.Agent, partitions)))
            {
                PackParts(group.Key, [.. group]);
            }
        }
    }

    /// <summary>In the order of the events of each partition.</summary>
    public IReadOnlyList<PackedSegment> Segments => segments;

    public ReadOnlySpan<byte> BytesOf(in PackedSegment segment) => bytes.WrittenSpan.Slice(segment.From, segment.Length);

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

        segments.Add(new PackedSegment(partition, from, bytes.WrittenCount - from, events.Length, newest));
    }
}

/// <summary>A run of packed events of one partition.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="From">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Count">Events.</param>
/// <param name="Newest">Latest arrival among them.</param>
internal readonly record struct PackedSegment(int Partition, int From, int Length, int Count, long Newest);
