using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Silo.Tests.Delivery.WebPush;

/// <summary>
/// A browser's push service, and the browser behind it: it holds the subscription's private key and reads what comes as RFC 8188 and 8291 say, with nothing of
/// the silo's own code. A message that cannot be read, or whose sender does not prove itself by RFC 8292, is refused.
/// </summary>
public sealed class PushService : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ECDiffieHellman browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    readonly byte[] secret = RandomNumberGenerator.GetBytes(16);

    PushService(WebApplication app) => this.app = app;

    public ConcurrentQueue<Push> Pushes { get; } = new();

    /// <summary>Status for the n-th push, from 1.</summary>
    public Func<int, int> Answer { get; set; } = _ => 201;

    public string Endpoint => app.Urls.First() + "/push/1";

    /// <summary>What the browser's <c>PushSubscription.toJSON()</c> gives.</summary>
    public string Subscription => JsonSerializer.Serialize(new { endpoint = Endpoint, expirationTime = (long?)null, keys = new { p256dh = Base64Url.EncodeToString(Point(browser)), auth = Base64Url.EncodeToString(secret) } });

    public static async Task<PushService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new PushService(builder.Build());
        service.app.MapPost("/push/{id}", (Delegate)service.TakeAsync);
        await service.app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        browser.Dispose();
    }

    async Task<IResult> TakeAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var headers = context.Request.Headers;
        var (proved, subject, audience) = Proof(headers.Authorization.ToString());
        Pushes.Enqueue(new Push(Open(buffer.ToArray()), proved && headers.ContentEncoding == "aes128gcm", subject, audience, headers["TTL"].ToString(), headers["Topic"].ToString()));
        var status = Answer(Pushes.Count);
        if (status == 429)
        {
            context.Response.Headers.RetryAfter = "600";
        }

        return Results.StatusCode(status);
    }

    string Open(byte[] body)
    {
        var (salt, length) = (body[..16], body[20]);
        var sender = body[21..(21 + length)];
        var sealedText = body[(21 + length)..];
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var shared = browser.DeriveRawSecretAgreement(theirs.PublicKey);
        var material = Expand(HMACSHA256.HashData(secret, shared), [.. Encoding.ASCII.GetBytes("WebPush: info"), 0, .. Point(browser), .. sender], 32);
        var pseudo = HMACSHA256.HashData(salt, material);
        var key = Expand(pseudo, [.. Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm"), 0], 16);
        var nonce = Expand(pseudo, [.. Encoding.ASCII.GetBytes("Content-Encoding: nonce"), 0], 12);
        var plain = new byte[sealedText.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(nonce, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length), plain);
        var end = Array.FindLastIndex(plain, one => one != 0);
        return plain[end] == 2 ? Encoding.UTF8.GetString(plain, 0, end) : throw new CryptographicException("The last record does not end with 2.");
    }

    // One block of HKDF-Expand is enough for 32 bytes.
    static byte[] Expand(byte[] key, byte[] info, int length) => HMACSHA256.HashData(key, (byte[])[.. info, 1])[..length];

    (bool Proved, string Subject, string Audience) Proof(string header)
    {
        var parts = header["vapid ".Length..].Split(", ").ToDictionary(part => part[..1], part => part[2..]);
        var point = Base64Url.DecodeFromChars(parts["k"]);
        var token = parts["t"].Split('.');
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(token[1]));
        var valid = key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var expires = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        var audience = claims.GetProperty("aud").GetString()!;
        var now = TimeProvider.System.GetUtcNow();
        return (valid && audience == app.Urls.First() && expires > now && expires < now.AddHours(24), claims.GetProperty("sub").GetString()!, audience);
    }

    static byte[] Point(ECDiffieHellman key)
    {
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }

    public sealed record Push(string Text, bool Proved, string Subject, string Audience, string Ttl, string Topic)
    {
        public JsonElement Json => JsonElement.Parse(Text);
    }
}
