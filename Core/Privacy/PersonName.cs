using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Core.Privacy;

/// <summary>What is kept of a person who asked to be forgotten: hashes under a secret of the deployment, from which nobody without it can tell who it was.</summary>
public static class PersonName
{
    /// <summary>The keyed hash of an agent: 64 hexadecimal digits.</summary>
    /// <param name="secret">Secret of the deployment.</param>
    /// <param name="tenant">Tenant.</param>
    /// <param name="agent"><c>u:</c> and a user id, or <c>a:</c> and an anonymous id.</param>
    public static string Hash(ReadOnlySpan<byte> secret, string tenant, string agent)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(agent);
        return Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenant.Length}:{tenant}{agent}")));
    }

    /// <summary>The keyed hash of a message id as agents remember it (64 bits).</summary>
    public static ulong MessageId(ReadOnlySpan<byte> secret, ulong id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, bytes, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>What makes the next life of an id another one than the last: nobody who knows the id can tell it without the salt, which is thrown away.</summary>
    /// <param name="salt">Random text of one request.</param>
    /// <param name="hash">Keyed hash of the agent.</param>
    public static string Life(string salt, string hash) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(salt + "/" + hash)))[..32];
}
