using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Access tokens of a service account (RFC 7523): a signed statement for a token that is good for an hour.</summary>
sealed class AccessTokens(ServiceAccount account, ProviderHttp http, TimeProvider time) : IDisposable
{
    const string Scope = "https://www.googleapis.com/auth/firebase.messaging", Grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim asking = new(1, 1);
    (string Token, DateTimeOffset Until)? known;

    /// <summary>A token; null with the provider's answer when there is none.</summary>
    public async ValueTask<(string? Token, ProviderAnswer? Fault)> TakeAsync(CancellationToken stop)
    {
        await asking.WaitAsync(stop);
        try
        {
            var now = time.GetUtcNow();
            if (known is { } one && now < one.Until)
            {
                return (one.Token, null);
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, account.TokenUri)
            {
                Content = new FormUrlEncodedContent([new("grant_type", Grant), new("assertion", Statement(now))]),
            };
            var answer = await http.CallAsync(request, stop);
            if (!answer.IsTaken || answer.At("access_token") is not { ValueKind: JsonValueKind.String } token)
            {
                return (null, answer);
            }

            var seconds = answer.At("expires_in") is { ValueKind: JsonValueKind.Number } life && life.TryGetInt32(out var stated) ? stated : 0;
            known = (token.GetString()!, now + TimeSpan.FromSeconds(seconds) - Margin);
            return (known.Value.Token, null);
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>A token was refused before its time.</summary>
    public void Forget(string token)
    {
        if (known is { } one && one.Token == token)
        {
            known = null;
        }
    }

    public void Dispose() => asking.Dispose();

    string Statement(DateTimeOffset now)
    {
        var issued = now.ToUnixTimeSeconds();
        var claims = JsonSerializer.Serialize(new { iss = account.Email, scope = Scope, aud = account.TokenUri.OriginalString, iat = issued, exp = issued + 3_600 });
        var signed = string.Create(CultureInfo.InvariantCulture, $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}");
        using var key = RSA.Create();
        key.ImportFromPem(account.PrivateKey);
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
