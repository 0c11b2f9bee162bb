using System.Collections.Concurrent;
using ZstdSharp;

namespace Aampe.Agents.Core.Canonical;

/// <summary>
/// How records of decisions, receipts of effects and rows of the journal lie on disk: Zstandard frames (RFC 8878) made with a dictionary, since a record
/// alone is too short to hold what it repeats from all others. What does not become shorter, and what earlier releases stored, stays as it is: a frame
/// begins with four bytes that neither JSON nor a packed journal begins with. The bytes that come out are those that went in, so hashes of records hold.
/// </summary>
public static class RecordPacking
{
    /// <summary>Shortest that is packed, in bytes: below it a frame's own header eats what it saves.</summary>
    public const int Shortest = 200;

    /// <summary>Longest that a packed record may become, in bytes; far above any record, and a bound for damaged ones.</summary>
    public const int Longest = 64 << 20;

    // 3 is the library's default. 1 is hardly faster on short records, 5 three times slower for a twentieth less.
    const int Level = 3;

    // Never changed: records packed with it must stay readable. A better one gets the next number, and both are kept (docs/adr/0023).
    const string DictionaryName = "records-1.dict";

    static readonly byte[] dictionary = ReadDictionary();
    static readonly ConcurrentBag<Compressor> compressors = [];
    static readonly ConcurrentBag<Decompressor> decompressors = [];

    static ReadOnlySpan<byte> Magic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>The shorter of a frame and the bytes themselves.</summary>
    /// <exception cref="ArgumentException">The bytes begin as a frame does: they are packed already, or no record.</exception>
    public static ReadOnlyMemory<byte> Pack(ReadOnlyMemory<byte> plain)
    {
        if (IsPacked(plain.Span))
        {
            throw new ArgumentException("Records are JSON or a journal; these bytes begin as a packed record does.", nameof(plain));
        }

        if (plain.Length < Shortest)
        {
            return plain;
        }

        var compressor = compressors.TryTake(out var idle) ? idle : NewCompressor();
        try
        {
            var packed = compressor.Wrap(plain.Span);
            return packed.Length < plain.Length ? packed.ToArray() : plain;
        }
        finally
        {
            compressors.Add(compressor);
        }
    }

    /// <summary>What was packed; bytes that are no frame come back as they are.</summary>
    /// <exception cref="InvalidDataException">The frame is damaged, longer than <see cref="Longest"/> or of a dictionary that this release does not have.</exception>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> stored)
    {
        if (!IsPacked(stored.Span))
        {
            return stored;
        }

        var decompressor = decompressors.TryTake(out var idle) ? idle : NewDecompressor();
        try
        {
            var length = Decompressor.GetDecompressedSize(stored.Span);
            if (length > Longest)
            {
                throw new InvalidDataException($"A packed record says that it has {length} bytes; at most {Longest} are possible. Restore the store from a backup (docs/operations.md).");
            }

            var plain = new byte[length];
            var written = decompressor.Unwrap(stored.Span, plain);
            return plain.AsMemory(0, written);
        }
        catch (ZstdException why)
        {
            throw new InvalidDataException($"A packed record cannot be read ({why.Message}): it is damaged, or a later release packed it with a dictionary that this one does not have.", why);
        }
        finally
        {
            decompressors.Add(decompressor);
        }
    }

    /// <summary>Whether bytes are a frame.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> stored) => stored.StartsWith(Magic);

    static Compressor NewCompressor()
    {
        var made = new Compressor(Level);
        made.LoadDictionary(dictionary);
        return made;
    }

    static Decompressor NewDecompressor()
    {
        var made = new Decompressor();
        made.LoadDictionary(dictionary);
        return made;
    }

    static byte[] ReadDictionary()
    {
        using var resource = typeof(RecordPacking).Assembly.GetManifestResourceStream(DictionaryName)
            ?? throw new InvalidOperationException($"{DictionaryName} is not in this build.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
