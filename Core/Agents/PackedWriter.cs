using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Aampe.Agents.Core.Agents;

/// <summary>Writes packed records: variable-length integers, strings by number in a table that is made on the way.</summary>
internal sealed class PackedWriter
{
    readonly ArrayBufferWriter<byte> body = new(512);
    readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    readonly List<string> table = [];

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            Octet((byte)(value | 0x80));
            value >>= 7;
        }

        Octet((byte)value);
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Count(int value) => Unsigned((ulong)value);

    public void Flag(bool value) => Octet(value ? (byte)1 : (byte)0);

    public void Fixed(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        body.Write(bytes);
    }

    /// <summary>Four bytes of single precision.</summary>
    public void Single(float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        body.Write(bytes);
    }

    /// <summary>A double: a whole number of at most 53 bits takes a few bytes, anything else nine.</summary>
    public void Number(double value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < 1L << 50 && !(value == 0 && double.IsNegative(value)))
        {
            Unsigned(((ulong)((((long)value) << 1) ^ ((long)value >> 63)) << 1) | 1);
            return;
        }

        Unsigned(0);
        Fixed(BitConverter.DoubleToUInt64Bits(value));
    }

    public void Text(string value)
    {
        if (!numbers.TryGetValue(value, out var number))
        {
            number = table.Count;
            numbers.Add(value, number);
            table.Add(value);
        }

        Count(number);
    }

    void Octet(byte value)
    {
        body.GetSpan(1)[0] = value;
        body.Advance(1);
    }

    /// <summary>Header, string table, body.</summary>
    public byte[] Finish(byte format)
    {
        var head = new PackedWriter();
        head.Octet(format);
        head.Count(table.Count);
        foreach (var text in table)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            head.Count(bytes.Length);
            head.body.Write(bytes);
        }

        head.body.Write(body.WrittenSpan);
        return head.body.WrittenSpan.ToArray();
    }
}
