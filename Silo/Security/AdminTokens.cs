using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Aampe.Agents.Silo.Security;

/// <summary>An administrator's token for scripts.</summary>
/// <param name="Token">What to send as <c>Authorization: Bearer …</c>.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record AdminToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>
/// Short-lived tokens that say "this caller knew the administrator's password". They are signed, not stored: every silo knows them, and a new
/// password ends them all.
/// </summary>
public sealed class AdminTokens(KeyRing keys, TimeProvider time)
{
    public const string Prefix = "ak_";

    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    const int Body = 8 + 16;

    /// <summary>A new token; the caller has checked the password.</summary>
    public async ValueTask<AdminToken> IssueAsync(CancellationToken stop)
    {
        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var body = new byte[Body];
        BinaryPrimitives.WriteInt64BigEndian(body, expires.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(body.AsSpan(8));
        byte[] token = [.. body, .. await SignAsync(body, stop)];
        return new(Prefix + Base64Url.EncodeToString(token), expires);
    }

    /// <summary>Whether a token was issued here under the current password and has not run out.</summary>
    public async ValueTask<bool> IsValidAsync(string text, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(text);
        var token = new byte[Body + HMACSHA256.HashSizeInBytes];
        if (text.Length > KeyText.MaxLength || !Base64Url.IsValid(text.AsSpan(Prefix.Length), out var size) || size != token.Length)
        {
            return false;
        }

        Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), token);
        var signature = await SignAsync(token[..Body], stop);
        return CryptographicOperations.FixedTimeEquals(signature, token.AsSpan(Body))
            && BinaryPrimitives.ReadInt64BigEndian(token) > time.GetUtcNow().ToUnixTimeSeconds();
    }

    async ValueTask<byte[]> SignAsync(byte[] body, CancellationToken stop)
    {
        var password = await keys.PasswordHashAsync(stop);
        var pepper = await keys.PepperAsync(stop);
        return pepper.Hash($"admin-token:{Convert.ToHexString(body)}:{password}");
    }
}
