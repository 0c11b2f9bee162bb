using System.Buffers;
using System.IO.Hashing;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using CsCheck;

namespace Aampe.Agents.Storage.Tests.Sqlite;

[Trait("proves", "R16")]
public sealed class EventPackTests
{
    static readonly Gen<LoggedEvent> AnyEvent =
        from texts in Gen.String[Gen.Char['\0', '\ud7ff'], 0, 8].Array[5]
        from kind in Gen.Int[1, 6]
        from flags in Gen.Int[0, 7]
        from received in Gen.Long[Instant.Earliest.UnixMilliseconds, Instant.Latest.UnixMilliseconds]
        from occurred in Gen.Long[Instant.Earliest.UnixMilliseconds, Instant.Latest.UnixMilliseconds]
        from payload in Gen.Byte.Array[0, 400]
        select new LoggedEvent
        {
            Tenant = texts[0],
            Agent = texts[1],
            Source = texts[2],
            Name = texts[3],
            MessageId = (flags & 1) != 0 ? texts[4] : null,
            Trusted = (flags & 2) != 0,
            Skewed = (flags & 4) != 0,
            Kind = (EventKind)kind,
            ReceivedAt = new Instant(received),
            OccurredAt = new Instant(occurred),
            Payload = payload,
        };

    [Fact]
    public void Any_events_in_any_segments_are_read_back_equal() =>
        AnyEvent.Array[1, 12].Array[1, 4].Sample(segments =>
        {
            var all = segments.SelectMany(segment => segment).ToArray();
            var read = EventPack.ReadRow(3, 100, all.Length, Row(segments));
            Assert.Equal(Enumerable.Range(100, all.Length).Select(i => (3, (long)i)), read.Select(one => (one.Partition, one.Offset)));
            for (var i = 0; i < all.Length; i++)
            {
                Assert.Equal(all[i].Payload.ToArray(), read[i].Event.Payload.ToArray());
                Assert.Equal(all[i], read[i].Event with { Payload = all[i].Payload });
            }
        }, iter: 300, seed: "0000KOIPe036");

    [Fact]
    public void Any_changed_byte_is_found_out()
    {
        var row = Row([[First]]);
        for (var i = 0; i < row.Length; i++)
        {
            var changed = row.ToArray();
            changed[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => EventPack.ReadRow(0, 0, 1, changed));
        }

        Assert.Throws<InvalidDataException>(() => EventPack.ReadRow(0, 0, 1, row.AsMemory(0, row.Length - 1)));
        Assert.Throws<InvalidDataException>(() => EventPack.ReadRow(0, 0, 1, default));
    }

    [Fact]
    public void Version_1_is_read_for_ever()
    {
        var golden = Convert.FromHexString(Golden);
        Assert.Equal(Golden, Convert.ToHexString(Row([[First]])));
        Assert.Equal(First, EventPack.ReadRow(0, 0, 1, golden)[0].Event with { Payload = First.Payload });
    }

    const string Golden = "01040764656661756C7403753A31037765620C4F7264657220506C61636564012900010203F4A3ABFEF962F403026D31077B2261223A317DDACCB794DAB72717";

    static readonly LoggedEvent First = new()
    {
        Tenant = "default",
        Agent = "u:1",
        Source = "web",
        Trusted = true,
        Kind = EventKind.Track,
        Name = "Order Placed",
        MessageId = "m1",
        OccurredAt = new Instant(1_700_000_000_000),
        ReceivedAt = new Instant(1_700_000_000_250),
        Payload = "{\"a\":1}"u8.ToArray(),
    };

    static byte[] Row(LoggedEvent[][] segments)
    {
        var row = new ArrayBufferWriter<byte>();
        row.Write([EventPack.Version]);
        foreach (var segment in segments)
        {
            EventPack.WriteSegment(row, segment);
        }

        return [.. row.WrittenSpan, .. XxHash3.Hash(row.WrittenSpan)];
    }
}
