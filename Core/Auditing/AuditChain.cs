using System.Buffers.Binary;
using System.Security.Cryptography;
using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Auditing;

/// <summary>The chain of audit entries: whoever changes, removes or adds one in the middle breaks it from there on.</summary>
public static class AuditChain
{
    /// <summary>What stands before the first entry.</summary>
    public static ReadOnlyMemory<byte> Beginning { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The entry that follows.</summary>
    /// <param name="number">Its number, ≥ 1.</param>
    /// <param name="previous">Hash of the entry before, 32 bytes.</param>
    public static AuditEntry Next(long number, ReadOnlyMemory<byte> previous, AuditNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var bytes = CanonicalJson.Serialize(note.ToJson());
        return new AuditEntry(number, bytes, previous, Hash(number, previous.Span, bytes));
    }

    /// <summary>h_n = SHA-256(n as 8 bytes big endian ‖ h_{n−1} ‖ note).</summary>
    public static byte[] Hash(long number, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> note)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
        hash.AppendData(place);
        hash.AppendData(previous);
        hash.AppendData(note);
        return hash.GetHashAndReset();
    }

    /// <summary>Why an entry does not follow the one before; null when it does.</summary>
    /// <param name="before">The entry before; null for the first.</param>
    public static string? Fault(AuditEntry? before, AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var due = (before?.Number ?? 0) + 1;
        return entry.Number != due ? $"entry {due} is missing"
            : !entry.Previous.Span.SequenceEqual((before?.Hash ?? Beginning).Span) ? $"entry {entry.Number} does not follow the one before it"
            : !entry.Hash.Span.SequenceEqual(Hash(entry.Number, entry.Previous.Span, entry.Note.Span)) ? $"entry {entry.Number} was altered"
            : null;
    }
}
