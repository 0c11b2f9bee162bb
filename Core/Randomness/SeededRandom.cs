using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Core.Randomness;

/// <summary>
/// A generator whose whole sequence follows from its key, on every machine and in every release: xoshiro256** 1.0
/// (Blackman and Vigna, 2018), its state filled from SHA-256 of the key. A decision logs the key, so its draws can be repeated.
/// </summary>
public sealed class SeededRandom : Random
{
    /// <summary>Name of the generator with the first sampler, as decision records state it.</summary>
    public const string Algorithm = "xoshiro256**/sha256";

    /// <summary>Name of the generator with the second sampler.</summary>
    public const string AlgorithmSecond = "xoshiro256**/sha256/ziggurat";

    ulong s0, s1, s2, s3;

    /// <summary>Starts the sequence of a key.</summary>
    /// <param name="key">Any text; equal keys give equal sequences.</param>
    /// <param name="sampler">How <see cref="Draw"/> makes draws of it; worlds and samples that were made by the first keep it.</param>
    public SeededRandom(string key, Sampler sampler = Sampler.First)
        : base(0)
    {
        ArgumentNullException.ThrowIfNull(key);
        Sampler = sampler;
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        s0 = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        s1 = BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]);
        s2 = BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]);
        // All-zero state is the one fixed point of the generator; SHA-256 giving it is not known to happen, and 1 rules it out.
        s3 = BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]) | 1;
    }

    /// <summary>How <see cref="Draw"/> makes draws of its uniforms.</summary>
    public Sampler Sampler { get; }

    /// <summary>Name of generator and sampler as a decision's record states it.</summary>
    public static string NameOf(Sampler sampler) => sampler == Sampler.First ? Algorithm : AlgorithmSecond;

    /// <summary>The sampler that a record names.</summary>
    /// <exception cref="ArgumentException">No release knew the name.</exception>
    public static Sampler SamplerOf(string name) => name switch
    {
        Algorithm => Sampler.First,
        AlgorithmSecond => Sampler.Second,
        _ => throw new ArgumentException($"Generator '{name}' is not known to this release.", nameof(name)),
    };

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform inside (0, 1), never an end: 52 random bits, symmetric about ½.</summary>
    internal double NextInside() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform in 0 … <see cref="int.MaxValue"/> − 1.</summary>
    public override int Next() => Next(int.MaxValue);

    /// <summary>Uniform in 0 … <paramref name="maxValue"/> − 1, without modulo bias.</summary>
    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue == 0 ? 0 : (int)Math.BigMul(NextBits(), (ulong)maxValue, out _);
    }

    /// <summary>Uniform in <paramref name="minValue"/> … <paramref name="maxValue"/> − 1.</summary>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Math.BigMul(NextBits(), (ulong)((long)maxValue - minValue), out _));
    }

    /// <summary>Uniform in 0 … <see cref="long.MaxValue"/> − 1.</summary>
    public override long NextInt64() => (long)(NextBits() >> 1);

    /// <summary>Fills a buffer with random bytes.</summary>
    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        while (!buffer.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextBits());
            var take = Math.Min(8, buffer.Length);
            word[..take].CopyTo(buffer);
            buffer = buffer[take..];
        }
    }

    /// <summary>Fills a buffer with random bytes.</summary>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();
}
