using System.Buffers.Binary;
using System.Text;

namespace Aampe.Agents.Core.Agents;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
internal ref struct PackedReader
{
    readonly ReadOnlySpan<byte> bytes;
    readonly string[] table;
    int at;

    public PackedReader(ReadOnlySpan<byte> bytes, byte newestFormat, string what)
    {
        this.bytes = bytes;
        table = [];
        if (bytes.IsEmpty || bytes[0] == 0 || bytes[0] > newestFormat)
        {
            throw new InvalidDataException($"{what}: format {(bytes.IsEmpty ? "none" : bytes[0])} cannot be read; this release reads 1 to {newestFormat}. A newer release wrote it.");
        }

        Format = bytes[0];
        at = 1;
        var texts = new string[Count()];
        for (var i = 0; i < texts.Length; i++)
        {
            var length = Count();
            texts[i] = SharedTexts.Of(bytes.Slice(at, length));
            at += length;
        }

        table = texts;
    }

    public byte Format { get; }

    public ulong Unsigned()
    {
        ulong value = 0;
        var shift = 0;
        while (true)
        {
            var one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Count() => checked((int)Unsigned());

    public bool Flag() => bytes[at++] != 0;

    public ulong Fixed()
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        at += 8;
        return value;
    }

    public float Single()
    {
        var value = BinaryPrimitives.ReadSingleLittleEndian(bytes[at..]);
        at += 4;
        return value;
    }

    public double Number()
    {
        var head = Unsigned();
        if (head == 0)
        {
            return BitConverter.UInt64BitsToDouble(Fixed());
        }

        head >>= 1;
        return (long)(head >> 1) ^ -(long)(head & 1);
    }

    public string Text() => table[Count()];

    public byte Octet() => bytes[at++];

    public bool AtEnd => at == bytes.Length;

    /// <summary>Bytes after their number.</summary>
    public ReadOnlySpan<byte> Bytes() => Raw(Count());

    /// <summary>Bytes of a known number.</summary>
    public ReadOnlySpan<byte> Raw(int length)
    {
        var some = bytes.Slice(at, length);
        at += length;
        return some;
    }

    /// <summary>A text outside the table.</summary>
    public string Once() => Encoding.UTF8.GetString(Bytes());
}
