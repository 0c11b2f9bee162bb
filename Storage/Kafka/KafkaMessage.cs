using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Kafka;

/// <summary>One message of the topic: number of its events − 1 (2 bytes, big-endian), then a packed row of one segment.</summary>
/// <param name="Partition">Where it goes.</param>
/// <param name="Count">Events in it, 1 to 4,096.</param>
/// <param name="Value">Its bytes.</param>
internal sealed record KafkaMessage(int Partition, int Count, byte[] Value)
{
    const int SegmentBytes = 64 << 10;

    // What a record batch adds around a single message, with room to spare.
    const int Envelope = 512;

    /// <summary>Packs events, those of a partition in their order.</summary>
    /// <exception cref="ArgumentException">An event holds half a surrogate pair, or is too large for a message.</exception>
    public static List<KafkaMessage> Pack(IReadOnlyList<LoggedEvent> events, Func<LoggedEvent, int> partitionOf, int mostBytes)
    {
        var packed = new List<KafkaMessage>();
        if (events.Count == 1)
        {
            Pack(packed, partitionOf(events[0]), [events[0]], mostBytes);
            return packed;
        }

        foreach (var group in events.GroupBy(partitionOf))
        {
            var all = CollectionsMarshal.AsSpan(group.ToList());
            for (int i = 0, from = 0, held = 0; i < all.Length; i++)
            {
                held += all[i].Payload.Length;
                if (held > SegmentBytes || i + 1 - from == KafkaOffset.MostEvents || i == all.Length - 1)
                {
                    Pack(packed, group.Key, all[from..(i + 1)], mostBytes);
                    (from, held) = (i + 1, 0);
                }
            }
        }

        return packed;
    }

    /// <summary>Reads a message; false when it is none of ours or damaged.</summary>
    /// <exception cref="InvalidDataException">A later release wrote it.</exception>
    public static bool TryRead(int partition, long message, byte[]? value, out StoredEvent[] events)
    {
        events = [];
        if (value is null || value.Length < sizeof(ushort) + 1 + sizeof(ulong))
        {
            return false;
        }

        var row = value.AsMemory(sizeof(ushort));
        if (XxHash3.HashToUInt64(row.Span[..^sizeof(ulong)]) != BinaryPrimitives.ReadUInt64BigEndian(row.Span[^sizeof(ulong)..]))
        {
            return false;
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(value) + 1;
        if (count > KafkaOffset.MostEvents)
        {
            return false;
        }

        events = EventPack.ReadRow(partition, KafkaOffset.First(message, count), count, row);
        return true;
    }

    static void Pack(List<KafkaMessage> to, int partition, ReadOnlySpan<LoggedEvent> events, int mostBytes)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.GetSpan(sizeof(ushort)), (ushort)(events.Length - 1));
        bytes.Advance(sizeof(ushort));
        bytes.Write([EventPack.Version]);
        EventPack.WriteSegment(bytes, events);
        XxHash3.Hash(bytes.WrittenSpan[sizeof(ushort)..], bytes.GetSpan(sizeof(ulong)));
        bytes.Advance(sizeof(ulong));
        if (bytes.WrittenCount <= mostBytes - Envelope)
        {
            to.Add(new KafkaMessage(partition, events.Length, bytes.WrittenSpan.ToArray()));
            return;
        }

        if (events.Length == 1)
        {
            throw new ArgumentException(
                $"An event of source {events[0].Source} takes {bytes.WrittenCount} bytes; Log:Kafka:MessageBytes is {mostBytes}. Send smaller events, or raise it together with max.message.bytes of the topic.", nameof(events));
        }

        Pack(to, partition, events[..(events.Length / 2)], mostBytes);
        Pack(to, partition, events[(events.Length / 2)..], mostBytes);
    }
}
