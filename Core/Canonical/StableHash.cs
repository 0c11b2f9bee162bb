using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Aampe.Agents.Core.Canonical;

/// <summary>
/// A 64-bit hash that is the same on every machine and in every release: XXH64 (Collet) with seed 0. For ties, buckets and
/// partitions; it is not secret and not proof against someone who looks for collisions.
/// </summary>
public static class StableHash
{
    const ulong Prime1 = 11400714785074694791, Prime2 = 14029467366897019727, Prime3 = 1609587929392839161,
        Prime4 = 9650029242287828579, Prime5 = 2870177450012600261;

    /// <summary>The hash of a text's UTF-8 bytes.</summary>
    public static ulong Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Encoding.UTF8.GetByteCount(text);
        var bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(text, bytes);
        return Of(bytes);
    }

    /// <summary>
    /// The hash of several texts in order, so that ("a/b", "c") and ("a", "b/c") differ: of each, its length in four bytes, little-endian,
    /// then its UTF-8 bytes.
    /// </summary>
    public static ulong Of(params ReadOnlySpan<string> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += sizeof(int) + Encoding.UTF8.GetByteCount(part);
        }

        var bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        var rest = bytes;
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, written);
            rest = rest[(sizeof(int) + written)..];
        }

        return Of(bytes);
    }

    /// <summary>The hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        var hash = rest.Length >= 32 ? Stripes(ref rest) : Prime5;
        return Avalanche(Tail(hash + (ulong)bytes.Length, rest));
    }

    static ulong Stripes(ref ReadOnlySpan<byte> rest)
    {
        ulong a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0 - Prime1);
        for (; rest.Length >= 32; rest = rest[32..])
        {
            a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
            d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
        }

        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        return Merge(Merge(Merge(Merge(hash, a), b), c), d);
    }

    static ulong Tail(ulong hash, ReadOnlySpan<byte> rest)
    {
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
        }

        if (rest.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
            rest = rest[4..];
        }

        foreach (var one in rest)
        {
            hash = BitOperations.RotateLeft(hash ^ one * Prime5, 11) * Prime1;
        }

        return hash;
    }

    static ulong Round(ulong sum, ulong lane) => BitOperations.RotateLeft(sum + lane * Prime2, 31) * Prime1;

    static ulong Merge(ulong hash, ulong sum) => (hash ^ Round(0, sum)) * Prime1 + Prime4;

    static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ hash >> 33) * Prime2;
        hash = (hash ^ hash >> 29) * Prime3;
        return hash ^ hash >> 32;
    }
}
