using Microsoft.AspNetCore.Http;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>
/// Keeps pages of other sites from the hub and the forms of sign-in: a browser says where a request comes from. The cookie is not sent with such requests
/// either (SameSite), so this is the second of two locks.
/// </summary>
static class OwnPages
{
    static readonly string[] kept = ["/_blazor", SignIn.Path, "/logout"];

    public static async Task OnlyAsync(HttpContext http, RequestDelegate next)
    {
        if (kept.Any(path => http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)) && IsForeign(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync("The console answers its own pages only.", http.RequestAborted);
            return;
        }

        await next(http);
    }

    // What the browser itself says does not depend on the name that a proxy in front passes on; the origin does, and decides only where a browser does not say.
    static bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            // A link from elsewhere to the page of sign-in is a visit, and changes nothing.
            return site is not ("same-origin" or "none") && !HttpMethods.IsGet(request.Method) || site is "cross-site" or "same-site" && request.Path.StartsWithSegments(kept[0], StringComparison.Ordinal);
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
