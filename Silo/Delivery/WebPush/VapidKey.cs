using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>By which push services know the deployment (VAPID, RFC 8292). Browsers subscribe to it: another key ends all subscriptions.</summary>
public sealed class VapidKey : IDisposable
{
    const int PrivateLength = 32;

    // Push services refuse what is good for more than a day.
    static readonly TimeSpan life = TimeSpan.FromHours(12);

    readonly ECDsa key;

    VapidKey(ECDsa key)
    {
        this.key = key;
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        PublicText = Base64Url.EncodeToString([4, .. q.X!, .. q.Y!]);
    }

    /// <summary>The public key as browsers take it: base64url of an uncompressed point.</summary>
    public string PublicText { get; }

    /// <summary>A new private key: base64url of 32 bytes.</summary>
    public static string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: true).D);
    }

    /// <summary>The key of a text that <see cref="Create"/> gave; null when it is none.</summary>
    public static VapidKey? Read(string text)
    {
        if (!Base64Url.IsValid(text, out var size) || size != PrivateLength)
        {
            return null;
        }

        try
        {
            return new VapidKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars(text) }));
        }
        catch (CryptographicException)
        {
            // Zero, or beyond the order of the curve.
            return null;
        }
    }

    /// <summary>The Authorization header of a request.</summary>
    /// <param name="endpoint">Where it goes; its origin is the audience.</param>
    /// <param name="subject">Whom the push service may write to: mailto: or https.</param>
    /// <param name="now">By the machine's clock, which is what the push service compares with.</param>
    public string Authorize(Uri endpoint, string subject, DateTimeOffset now)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { aud = endpoint.GetLeftPart(UriPartial.Authority), exp = (now + life).ToUnixTimeSeconds(), sub = subject });
        var signed = $"{Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"vapid t={signed}.{Base64Url.EncodeToString(signature)}, k={PublicText}";
    }

    public void Dispose() => key.Dispose();
}
