using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aampe.Agents.Core.Agents;

/// <summary>Writes packed records: variable-length integers, strings by number in a table that is made on the way.</summary>
internal sealed class PackedWriter
{
    const int LargestKept = 1 << 16, Places = 64;

    // One writer a thread is kept: an agent is packed at each of its steps, and its buffers are most of what that would allocate.
    [ThreadStatic]
    static PackedWriter? kept;

    readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    readonly List<string> table = [];
    // Numbers of the texts met last, by reference: the same few strings come again and again.
    readonly (string? Text, int Number)[] lately = new (string?, int)[Places];
    byte[] body = new byte[1_024];
    int length;

    /// <summary>A writer with nothing in it; <see cref="Finish"/> gives it back.</summary>
    public static PackedWriter Begin()
    {
        var writer = kept ?? new PackedWriter();
        kept = null;
        return writer;
    }

    public void Unsigned(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            body[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        body[length++] = (byte)value;
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Count(int value) => Unsigned((ulong)value);

    public void Flag(bool value) => Octet(value ? (byte)1 : (byte)0);

    public void Fixed(ulong value)
    {
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(length), value);
        length += 8;
    }

    /// <summary>Four bytes of single precision.</summary>
    public void Single(float value)
    {
        Reserve(4);
        BinaryPrimitives.WriteSingleLittleEndian(body.AsSpan(length), value);
        length += 4;
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
        ref var last = ref lately[PlaceOf(value)];
        if (!ReferenceEquals(last.Text, value))
        {
            if (!numbers.TryGetValue(value, out var number))
            {
                number = table.Count;
                numbers.Add(value, number);
                table.Add(value);
            }

            last = (value, number);
        }

        Count(last.Number);
    }

    /// <summary>Bytes as they are, after their number.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Count(bytes.Length);
        Raw(bytes);
    }

    /// <summary>Bytes as they are; their number is known.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(body.AsSpan(length));
        length += bytes.Length;
    }

    /// <summary>A text that will not come again: outside the table.</summary>
    public void Once(string text)
    {
        Reserve(10 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var bytes = Encoding.UTF8.GetByteCount(text);
        Count(bytes);
        length += Encoding.UTF8.GetBytes(text, body.AsSpan(length));
    }

    public void Octet(byte value)
    {
        Reserve(1);
        body[length++] = value;
    }

    /// <summary>Header, string table, body. The writer is empty then, and another's.</summary>
    public byte[] Finish(byte format)
    {
        var size = 1 + SizeOf(table.Count) + length;
        foreach (var text in table)
        {
            var bytes = Encoding.UTF8.GetByteCount(text);
            size += SizeOf(bytes) + bytes;
        }

        var record = new byte[size];
        record[0] = format;
        var at = 1 + Put(record.AsSpan(1), table.Count);
        foreach (var text in table)
        {
            at += Put(record.AsSpan(at), Encoding.UTF8.GetByteCount(text));
            at += Encoding.UTF8.GetBytes(text, record.AsSpan(at));
        }

        body.AsSpan(0, length).CopyTo(record.AsSpan(at));
        GiveBack();
        return record;
    }

    void GiveBack()
    {
        if (body.Length > LargestKept)
        {
            return;
        }

        length = 0;
        numbers.Clear();
        table.Clear();
        Array.Clear(lately);
        kept = this;
    }

    static int PlaceOf(string text) => text.Length == 0 ? 0 : (text.Length * 31 + text[0] * 7 + text[^1] + text[text.Length / 2] * 13) & (Places - 1);

    static int SizeOf(int value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7)
        {
            size++;
        }

        return size;
    }

    static int Put(Span<byte> to, int value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[at++] = (byte)(value | 0x80);
        }

        to[at++] = (byte)value;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Reserve(int more)
    {
        if (body.Length - length < more)
        {
            Array.Resize(ref body, Math.Max(2 * body.Length, length + more));
        }
    }
}
