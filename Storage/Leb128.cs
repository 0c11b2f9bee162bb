using System.Buffers;

namespace Aampe.Agents.Storage;

/// <summary>Numbers in as few bytes as they need: seven bits a byte, the lowest first; signed ones zigzag.</summary>
internal static class Leb128
{
    public static void Write(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        to.Advance(length);
    }

    public static void WriteSigned(IBufferWriter<byte> to, long value) => Write(to, (ulong)(value << 1 ^ value >> 63));

    /// <summary>Reads a number and moves behind it.</summary>
    public static ulong Read(ref ReadOnlyMemory<byte> rest)
    {
        var span = rest.Span;
        ulong value = 0;
        for (var i = 0; ; i++)
        {
            value |= (ulong)(span[i] & 0x7F) << 7 * i;
            if (span[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }
    }

    /// <inheritdoc cref="Read"/>
    public static long ReadSigned(ref ReadOnlyMemory<byte> rest)
    {
        var folded = Read(ref rest);
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }
}
