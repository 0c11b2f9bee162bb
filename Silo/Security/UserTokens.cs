using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Security;

/// <summary>A token that a browser or phone may carry.</summary>
/// <param name="Token">What to send as <c>Authorization: Bearer …</c>.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record UserToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>What a valid token says.</summary>
/// <param name="Agent">The one user that it is for.</param>
/// <param name="Source">Source whose allowed origins hold for it.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record TokenHolder(AgentKey Agent, EventSource Source, DateTimeOffset ExpiresAt);

/// <summary>
/// Tokens that name one user and let whoever holds them see that user's cards and report on that user's own decisions. They are signed with the
/// deployment's pepper and stored nowhere. One ends with its time, with the key or the person that asked for it, and with its source.
/// </summary>
public sealed class UserTokens(KeyRing keys, PeopleBook people, TimeProvider time)
{
    public const string Prefix = "ut_";

    /// <summary>Bounds of a token's life.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(24), Usual = TimeSpan.FromHours(1);

    // Layout, expiry (Unix seconds), then three texts with their lengths in two bytes each, then the signature.
    const byte Layout = 1;
    const int Head = 1 + 8, LongestToken = 4_096;

    /// <summary>A new token.</summary>
    /// <param name="agent">The user.</param>
    /// <param name="source">Source of the browser's write key.</param>
    /// <param name="actor">Who asks, as <see cref="Caller.Actor"/> has it.</param>
    /// <param name="life">Between <see cref="Shortest"/> and <see cref="Longest"/>.</param>
    public async ValueTask<UserToken> IssueAsync(AgentKey agent, string source, string actor, TimeSpan life, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(life, Shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, Longest);
        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + life).ToUnixTimeSeconds());
        var body = new List<byte> { Layout };
        var seconds = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(seconds, expires.ToUnixTimeSeconds());
        body.AddRange(seconds);
        foreach (var text in new[] { agent.ToString(), source, actor })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            body.AddRange([(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
        }

        var signed = body.ToArray();
        byte[] token = [.. signed, .. await SignAsync(signed, stop)];
        return new UserToken(Prefix + Base64Url.EncodeToString(token), expires);
    }

    /// <summary>What a token says; null when it is altered, has run out, or its key or source has ended.</summary>
    public async ValueTask<TokenHolder?> FindAsync(string text, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestToken || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length), out var size) || size <= Head + HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        var token = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        var body = token[..^HMACSHA256.HashSizeInBytes];
        var signature = await SignAsync(body, stop);
        if (!CryptographicOperations.FixedTimeEquals(signature, token.AsSpan(body.Length)) || body[0] != Layout)
        {
            return null;
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(body.AsSpan(1)));
        var (agent, source, actor) = Read(body.AsSpan(Head));
        return expires > time.GetUtcNow() && await keys.SourceAsync(source, stop) is { Enabled: true } known && await IsThereAsync(actor, stop)
            ? new TokenHolder(AgentKey.Parse(agent), known, expires)
            : null;
    }

    // What a key or a person let through ends with them.
    async ValueTask<bool> IsThereAsync(string actor, CancellationToken stop) => actor.Split(':', 2) switch
    {
        ["key", var id] => await keys.IsValidAsync(id, stop),
        ["person", var id] => await people.FindAsync(id, stop) is { Disabled: false },
        _ => false,
    };

    // The signature is right, so the lengths are ours.
    static (string Agent, string Source, string Actor) Read(ReadOnlySpan<byte> rest)
    {
        var texts = new string[3];
        for (var i = 0; i < texts.Length; i++)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            texts[i] = Encoding.UTF8.GetString(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        return (texts[0], texts[1], texts[2]);
    }

    async ValueTask<byte[]> SignAsync(byte[] body, CancellationToken stop) =>
        (await keys.PepperAsync(stop)).Hash($"user-token:{Convert.ToHexString(body)}");
}
