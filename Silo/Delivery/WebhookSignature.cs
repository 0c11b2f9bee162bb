using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>Signatures as Standard Webhooks writes them: HMAC-SHA-256 over <c>id.timestamp.body</c>, <c>v1,</c> and base64.</summary>
public static class WebhookSignature
{
    const string Prefix = "whsec_";
    const int ShortestKey = 24, LongestKey = 64;

    /// <summary>The header's value: one signature per secret, in their order.</summary>
    /// <param name="secrets">One secret, or two with a space between them.</param>
    /// <param name="id">Same over all retries.</param>
    /// <param name="timestamp">Unix seconds of this attempt.</param>
    /// <param name="body">The bytes that are sent.</param>
    public static string Sign(string secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), signed))));
    }

    /// <summary>What is wrong with a secret, without saying it; null = nothing.</summary>
    public static string? SecretFault(string secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var each = secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (each.Length is 0 or > 2)
        {
            return $"names {each.Length} secrets; give one, or two with a space between them while it is being changed.";
        }

        foreach (var secret in each)
        {
            var key = new byte[secret.Length];
            if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) || length is < ShortestKey or > LongestKey)
            {
                return $"is not {Prefix} and base64 of {ShortestKey} to {LongestKey} bytes.";
            }
        }

        return null;
    }

    static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);
}
