using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Security;

/// <summary>A person's token for scripts.</summary>
/// <param name="Token">What to send as <c>Authorization: Bearer …</c>.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record AdminToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>
/// Short-lived tokens that say "this caller knew that person's password". They are signed, not stored: every silo knows them, and a new
/// password or a change of rights ends them all.
/// </summary>
public sealed class AdminTokens(KeyRing keys, PeopleBook people, TimeProvider time)
{
    public const string Prefix = "ak_";

    /// <summary>How long a token is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // When it ends, chance, and the person's id.
    const int Fixed = 8 + 16;

    /// <summary>A new token; the caller has checked the password.</summary>
    /// <exception cref="InvalidOperationException">There is nobody of that id, or not any more.</exception>
    public async ValueTask<AdminToken> IssueAsync(string personId, CancellationToken stop)
    {
        var person = await people.FindAsync(personId, stop) is { Disabled: false } found ? found : throw new InvalidOperationException($"'{personId}' may not sign in any more.");
        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var id = Encoding.UTF8.GetBytes(person.Id);
        var body = new byte[Fixed + id.Length];
        BinaryPrimitives.WriteInt64BigEndian(body, expires.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(body.AsSpan(8, 16));
        id.CopyTo(body, Fixed);
        byte[] token = [.. body, .. await SignAsync(body, person, stop)];
        return new(Prefix + Base64Url.EncodeToString(token), expires);
    }

    /// <summary>The person whose token it is; null when it was not issued here, or not under the present password and rights, or has run out.</summary>
    public async ValueTask<Person?> FindAsync(string text, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > KeyText.MaxLength || !Base64Url.IsValid(text.AsSpan(Prefix.Length), out var size) || size <= Fixed + HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        var token = new byte[size];
        Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length), token);
        var body = token[..^HMACSHA256.HashSizeInBytes];
        if (await people.FindAsync(Encoding.UTF8.GetString(body.AsSpan(Fixed)), stop) is not { Disabled: false } person)
        {
            return null;
        }

        var signature = await SignAsync(body, person, stop);
        return CryptographicOperations.FixedTimeEquals(signature, token.AsSpan(body.Length)) && BinaryPrimitives.ReadInt64BigEndian(token) > time.GetUtcNow().ToUnixTimeSeconds() ? person : null;
    }

    async ValueTask<byte[]> SignAsync(byte[] body, Person person, CancellationToken stop)
    {
        var password = person.PasswordHash.Length > 0 ? person.PasswordHash : await keys.PasswordHashAsync(stop);
        var pepper = await keys.PepperAsync(stop);
        return pepper.Hash($"admin-token:{Convert.ToHexString(body)}:{password}:{person.Stamp.ToString(CultureInfo.InvariantCulture)}");
    }
}
