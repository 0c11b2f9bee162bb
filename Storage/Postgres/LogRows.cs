using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The rows that one transaction adds to the log: what many callers packed, joined by partition.</summary>
internal sealed class LogRows
{
    readonly Dictionary<int, Tail> tails = [];
    readonly List<int> partitions = [];
    readonly List<int> before = [];
    readonly List<int> counts = [];
    readonly List<long> newest = [];
    readonly List<ReadOnlyMemory<byte>> events = [];

    public bool IsEmpty => partitions.Count == 0;

    public int[] Partitions => [.. partitions];

    /// <summary>Events of the same partition in earlier rows of this transaction.</summary>
    public int[] Before => [.. before];

    public int[] Counts => [.. counts];

    public long[] Newest => [.. newest];

    public ReadOnlyMemory<byte>[] Events => [.. events];

    /// <summary>Partitions that grow, ascending: heads are locked in this order by every writer.</summary>
    public int[] Heads => [.. tails.Keys.Order()];

    /// <summary>Events that each of <see cref="Heads"/> grows by.</summary>
    public int[] Growth => [.. Heads.Select(partition => tails[partition].Numbered)];

    public void Add(PackedEvents packed, in PackedSegment segment)
    {
        ref var tail = ref CollectionsMarshal.GetValueRefOrAddDefault(tails, segment.Partition, out _);
        tail ??= new Tail();
        if (tail.Count > 0 && tail.Bytes.WrittenCount + segment.Length > EventPack.RowBytes)
        {
            Close(segment.Partition, tail);
        }

        if (tail.Count == 0)
        {
            tail.Bytes = new(segment.Length + 1 + sizeof(ulong));
            tail.Bytes.Write([EventPack.Version]);
        }

        tail.Bytes.Write(packed.BytesOf(segment));
        tail.Count += segment.Count;
        tail.Newest = Math.Max(tail.Newest, segment.Newest);
    }

    /// <summary>Nothing more comes.</summary>
    public void Close()
    {
        foreach (var (partition, tail) in tails)
        {
            Close(partition, tail);
        }
    }

    /// <summary>Hands the rows to whoever reads them in this process.</summary>
    /// <param name="places">First offset and day that the rows of each partition got.</param>
    /// <param name="into">By partition.</param>
    public void Written(IReadOnlyDictionary<int, (long Base, long Day, long End)> places, LogTail[] into)
    {
        for (var i = 0; i < partitions.Count; i++)
        {
            if (places.TryGetValue(partitions[i], out var place))
            {
                into[partitions[i]].Add(new TailRow(place.Base + before[i], counts[i], place.Day, events[i]));
            }
        }
    }

    void Close(int partition, Tail tail)
    {
        XxHash3.Hash(tail.Bytes.WrittenSpan, tail.Bytes.GetSpan(sizeof(ulong)));
        tail.Bytes.Advance(sizeof(ulong));
        partitions.Add(partition);
        before.Add(tail.Numbered);
        counts.Add(tail.Count);
        newest.Add(tail.Newest);
        events.Add(tail.Bytes.WrittenMemory);
        tail.Numbered += tail.Count;
        tail.Count = 0;
        tail.Newest = long.MinValue;
    }

    sealed class Tail
    {
        public ArrayBufferWriter<byte> Bytes { get; set; } = null!;

        public int Count { get; set; }

        public int Numbered { get; set; }

        public long Newest { get; set; } = long.MinValue;
    }
}
