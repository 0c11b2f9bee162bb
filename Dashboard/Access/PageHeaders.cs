using System.Security.Cryptography;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Content policy and privacy headers of console pages; other answers of the host are left alone.</summary>
sealed class PageHeaders(RequestDelegate next)
{
    const string NonceItem = "console-nonce";

    /// <summary>Nonce of this answer's inline scripts.</summary>
    internal static string? Nonce(HttpContext http) => http.Items[NonceItem] as string;

    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
        {
            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            http.Items[NonceItem] = nonce;
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy(nonce);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            // As antiforgery wants them too: it warns at each page when it has to change them.
            headers.CacheControl = "no-cache, no-store";
            headers.Pragma = "no-cache";
        }

        return next(http);
    }

    // MudBlazor sets inline styles; scripts need the nonce or the own origin.
    static string Policy(string nonce) =>
        $"default-src 'self'; base-uri 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
}
