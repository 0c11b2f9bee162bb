using System.Security.Cryptography;

namespace Aampe.Agents.Core.Canonical;

/// <summary>The name of a record by its content.</summary>
public static class RecordHash
{
    /// <summary>SHA-256 of the bytes as "sha256:" and 64 lower-case hex digits.</summary>
    /// <param name="canonical">The bytes of <see cref="CanonicalJson"/>, so that equal records share a hash.</param>
    public static string Of(ReadOnlySpan<byte> canonical) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(canonical));
}
