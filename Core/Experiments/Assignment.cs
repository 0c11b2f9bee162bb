using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Core.Experiments;

/// <summary>Puts a user into an arm by a salted hash: no state, no call, and the same answer wherever it is asked.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, assignment.</remarks>
public static class Assignment
{
    /// <summary>Number of buckets; an arm's share is a multiple of 1 / 10 000.</summary>
    public const int Buckets = 10_000;

    /// <summary>
    /// The bucket of a user, 0 … 9 999: the first eight bytes, big-endian, of SHA-256("⟨bytes of salt⟩:⟨salt⟩:⟨userId⟩") modulo 10 000.
    /// </summary>
    /// <param name="salt">One a experiment, never reused: it makes the buckets of two experiments independent.</param>
    /// <param name="userId">The user; case counts.</param>
    public static int Bucket(string salt, string userId)
    {
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentNullException.ThrowIfNull(userId);
        // The length goes first, so that no (salt, user) pair is spelt like another.
        var key = string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(salt)}:{salt}:{userId}");
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) % Buckets);
    }

    /// <summary>The arm of a user under a plan.</summary>
    public static Arm ArmOf(string salt, string userId, ArmPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.At(Bucket(salt, userId));
    }
}
