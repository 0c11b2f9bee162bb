using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Silo.Security;

/// <summary>
/// How keys are spelled: <c>wk_</c> or <c>sk_</c>, ten characters that find the key, <c>_</c>, 256 random bits and a checksum, so that a leaked key
/// can be told from other text. Keys that an operator sets have the prefix and nothing else in common; a keyed hash finds them.
/// </summary>
public static class KeyText
{
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    const int IdLength = 10, SecretLength = 52, CheckLength = 7, PrefixLength = 3;
    const int Length = PrefixLength + IdLength + 1 + SecretLength + CheckLength;

    /// <summary>Longest text that is looked at as a key.</summary>
    public const int MaxLength = 200;

    /// <summary>The prefix of a kind.</summary>
    public static string Prefix(KeyKind kind) => kind == KeyKind.Write ? "wk_" : "sk_";

    /// <summary>A new key.</summary>
    public static string Create(KeyKind kind)
    {
        Span<byte> random = stackalloc byte[7 + 32];
        RandomNumberGenerator.Fill(random);
        var body = $"{Prefix(kind)}{Encode(random[..7])[..IdLength]}_{Encode(random[7..])}";
        return body + Checksum(body);
    }

    /// <summary>The part of a key that finds it.</summary>
    public static string IdOf(string key, Pepper pepper)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(pepper);
        return IsGenerated(key) ? key[PrefixLength..(PrefixLength + IdLength)] : "set-" + Encode(pepper.Hash("id:" + key).AsSpan(0, 8));
    }

    static bool IsGenerated(string key) =>
        key.Length == Length && key[PrefixLength + IdLength] == '_' && key.AsSpan(Length - CheckLength).SequenceEqual(Checksum(key[..^CheckLength]));

    static string Checksum(string body)
    {
        Span<byte> sum = stackalloc byte[4];
        Crc32.Hash(Encoding.UTF8.GetBytes(body), sum);
        return Encode(sum);
    }

    /// <summary>Crockford's base 32 in lower case: five bits a character, the last one padded with zeros.</summary>
    internal static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 8 / 5 + 1);
        int held = 0, bits = 0;
        foreach (var one in bytes)
        {
            held = held << 8 | one;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Digits[held >> (bits - 5) & 31]);
            }

            held &= (1 << bits) - 1;
        }

        return bits == 0 ? text.ToString() : text.Append(Digits[held << (5 - bits) & 31]).ToString();
    }
}

/// <summary>A secret of the deployment that every kept hash depends on, so that a copy of the hashes alone is worth nothing.</summary>
public sealed class Pepper
{
    readonly byte[] secret;

    internal Pepper(ReadOnlySpan<byte> secret) => this.secret = secret.ToArray();

    /// <summary>HMAC-SHA-256 of a text.</summary>
    public byte[] Hash(string text) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
}
