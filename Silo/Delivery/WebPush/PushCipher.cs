using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Aampe.Agents.Silo.Delivery.WebPush;

/// <summary>Message encryption for web push (RFC 8291, content encoding aes128gcm of RFC 8188): only the browser can read what goes through its push service.</summary>
public static class PushCipher
{
    /// <summary>Most bytes of a message: what a push service must take, less the frame around it.</summary>
    public const int MostBytes = 3_993;

    /// <summary>Bytes of salt.</summary>
    public const int SaltLength = 16;

    const int RecordSize = 4_096, PointLength = 65, KeyLength = 16, NonceLength = 12, TagLength = 16;

    // The end of the one record there is.
    const byte LastRecord = 2;

    /// <summary>A key of one message.</summary>
    public static ECDiffieHellman CreateKey() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The body of a request to the push service.</summary>
    /// <param name="plain">At most <see cref="MostBytes"/>.</param>
    /// <param name="to">The browser.</param>
    /// <param name="own">Key of this message and no other.</param>
    /// <param name="salt">Of this message and no other; <see cref="SaltLength"/> bytes.</param>
    public static byte[] Seal(ReadOnlySpan<byte> plain, PushSubscription to, ECDiffieHellman own, ReadOnlySpan<byte> salt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plain.Length, MostBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltLength);
        var point = PointOf(own);
        using var theirs = PushSubscription.Key(to.PublicKey);
        using var theirPublic = theirs.PublicKey;
        var shared = own.DeriveRawSecretAgreement(theirPublic);
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, to.Secret, [.. "WebPush: info\0"u8, .. to.PublicKey, .. point]);
        var saltBytes = salt.ToArray();
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyLength, saltBytes, Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm\0"));
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, NonceLength, saltBytes, Encoding.ASCII.GetBytes("Content-Encoding: nonce\0"));

        var body = new byte[SaltLength + 4 + 1 + PointLength + plain.Length + 1 + TagLength];
        saltBytes.CopyTo(body, 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(SaltLength), RecordSize);
        body[SaltLength + 4] = PointLength;
        point.CopyTo(body, SaltLength + 5);
        var record = body.AsSpan(SaltLength + 5 + PointLength);
        byte[] padded = [.. plain, LastRecord];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, padded, record[..padded.Length], record[padded.Length..]);
        return body;
    }

    /// <summary>The public half of a key: an uncompressed point, 65 bytes.</summary>
    public static byte[] PointOf(ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}
