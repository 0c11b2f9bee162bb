using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>Where a browser is pushed to, and for whose eyes: what <c>PushSubscription.toJSON()</c> gives.</summary>
/// <param name="Endpoint">Address at the browser's push service.</param>
/// <param name="PublicKey">The browser's key: 65 bytes, an uncompressed point of P-256.</param>
/// <param name="Secret">The browser's authentication secret: 16 bytes.</param>
public sealed record PushSubscription(Uri Endpoint, byte[] PublicKey, byte[] Secret)
{
    /// <summary>Longest text that is read as one.</summary>
    public const int Longest = 4_096;

    const int PointLength = 65, SecretLength = 16;
    const byte Uncompressed = 4;

    /// <summary>Reads what a browser gave.</summary>
    /// <returns>The subscription, or what is wrong with it: the field and what is allowed, never a value.</returns>
    public static (PushSubscription? Subscription, string? Fault) Read(string text)
    {
        if (text.Length > Longest)
        {
            return (null, $"a subscription has at most {Longest} characters; this has {text.Length}.");
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return (null, "it is no JSON, as PushSubscription.toJSON() gives it.");
        }
    }

    /// <summary>Reads what a browser gave.</summary>
    public static (PushSubscription? Subscription, string? Fault) Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Object)
        {
            return (null, "it must be an object with endpoint and keys, as PushSubscription.toJSON() gives it.");
        }

        if (Text(json, "endpoint") is not { } endpoint || !Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
        {
            return (null, "endpoint must be an absolute https address.");
        }

        if (Bytes(keys, "p256dh", PointLength) is not [Uncompressed, ..] point || !IsOnCurve(point))
        {
            return (null, $"keys.p256dh must be base64url of {PointLength} bytes, an uncompressed point of P-256.");
        }

        return Bytes(keys, "auth", SecretLength) is { } secret
            ? (new PushSubscription(address, point, secret), null)
            : (null, $"keys.auth must be base64url of {SecretLength} bytes.");
    }

    /// <summary>The browser's key as .NET has keys.</summary>
    /// <exception cref="CryptographicException">It is no point of the curve.</exception>
    public static ECDiffieHellman Key(ReadOnlySpan<byte> point) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
    });

    static bool IsOnCurve(byte[] point)
    {
        try
        {
            using var key = Key(point);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static byte[]? Bytes(JsonElement json, string name, int length) =>
        Text(json, name)?.TrimEnd('=') is { } text && Base64Url.IsValid(text, out var size) && size == length ? Base64Url.DecodeFromChars(text) : null;
}
