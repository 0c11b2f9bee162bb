using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Core.Canonical;
using CsCheck;

namespace Aampe.Agents.Core.Tests.Canonical;

[Trait("proves", "R16")]
public sealed class RecordPackingTests
{
    static readonly byte[] record = Encoding.UTF8.GetBytes($$"""{"arm":"agentic","guardrails":[{"channel":"push","code":"quiet_hours","id":"grd_night","passed":true}],"messageId":"msg_1","propensity":0.25,"reasons":[],"sets":[{{string.Join(',', Enumerable.Range(0, 9).Select(i => $$"""{"action":"a{{i}}","posterior":[{{i}}.5,7],"propensity":0.1}"""))}}]}""");

    /// <summary>A frame as this dictionary first made it; never changed.</summary>
    const string Golden = "KLUv/WPSq+8rgAHlAgBDQgYvIu7drTHvqmYiYtgm4My14DAinAgDUIoUHPzEkuV8IN+G3+AR4Ra7AGSpjUgXFWJGgmDfgwqOQuEYiklErrc6x1at0MLW9JGzvAM8K+3RqMyUcHjYlaI1RQ==";

    [Fact]
    public void What_is_packed_comes_back() =>
        Gen.OneOf(Gen.Byte.Array[0, 4_000], Gen.Char["abc{}\":,01 é"].Array[0, 9_000].Select(text => Encoding.UTF8.GetBytes(text))).Where(bytes => !RecordPacking.IsPacked(bytes)).Sample(plain =>
        {
            var packed = RecordPacking.Pack(plain);
            Assert.True(packed.Length <= plain.Length);
            Assert.Equal(plain, RecordPacking.Unpack(packed));
        });

    [Fact]
    public void A_record_becomes_several_times_shorter_and_a_short_one_stays()
    {
        Assert.InRange(RecordPacking.Pack(record).Length, 1, record.Length / 3);
        ReadOnlyMemory<byte> brief = "{\"a\":1}"u8.ToArray();
        Assert.Equal(brief, RecordPacking.Pack(brief));
        Assert.Equal(brief, RecordPacking.Unpack(brief));
    }

    /// <summary>Every store holds frames of it: whoever changes a byte makes them unreadable.</summary>
    [Fact]
    public void The_dictionary_of_number_1_never_changes()
    {
        using var resource = typeof(RecordPacking).Assembly.GetManifestResourceStream("records-1.dict")!;
        Assert.Equal("c59a2a80ea709a4ca3c9948d625e8ca43d1a3e15eebe7bc5645c990eaa7f7e7d", Convert.ToHexStringLower(SHA256.HashData(resource)));
        Assert.Equal(Encoding.UTF8.GetString(record), Encoding.UTF8.GetString(RecordPacking.Unpack(Convert.FromBase64String(Golden)).Span));
    }

    [Fact]
    public void A_damaged_frame_is_refused_and_the_next_one_read()
    {
        var packed = RecordPacking.Pack(record).ToArray();
        for (var cut = 5; cut < packed.Length; cut += 7)
        {
            Assert.Throws<InvalidDataException>(() => RecordPacking.Unpack(packed.AsMemory(0, cut)));
        }

        // Of another dictionary, and of an absurd length.
        var other = packed.ToArray();
        other[5] ^= 0xFF;
        Assert.Contains("dictionary", Assert.Throws<InvalidDataException>(() => RecordPacking.Unpack(other)).Message, StringComparison.Ordinal);
        byte[] absurd = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, .. BitConverter.GetBytes(1L << 40), 1, 0, 0];
        Assert.Contains("1099511627776 bytes", Assert.Throws<InvalidDataException>(() => RecordPacking.Unpack(absurd)).Message, StringComparison.Ordinal);
        Assert.Equal(record, RecordPacking.Unpack(packed));
    }

    [Fact]
    public void Bytes_that_look_packed_are_not_taken_as_a_record() =>
        Assert.Throws<ArgumentException>(() => RecordPacking.Pack(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 1 }));

    [Fact]
    public void Many_threads_pack_the_same_bytes()
    {
        var alone = RecordPacking.Pack(record).ToArray();
        Parallel.For(0, 400, _ =>
        {
            Assert.Equal(alone, RecordPacking.Pack(record));
            Assert.Equal(record, RecordPacking.Unpack(alone));
        });
    }
}
