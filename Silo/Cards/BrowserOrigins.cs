using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Cards;

/// <summary>
/// The two routes that pages of other origins call with a user token: preflights, and whether the token's source allows the page's origin. Tokens go in
/// a header and no cookie is read, so that another page has nothing to ride on.
/// </summary>
static class BrowserOrigins
{
    const string PreflightSeconds = "600";

    /// <summary>Answers preflights and lets pages read answers, refusals too: a page must be able to tell that its token has run out.</summary>
    public static WebApplication UseBrowserOrigins(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers.Origin is not [{ Length: > 0 } origin] || !IsForBrowsers(context.Request.Path))
            {
                await next(context);
                return;
            }

            var headers = context.Response.Headers;
            headers.Vary = "Origin";
            if (await IsKnownAsync(context, origin))
            {
                headers.AccessControlAllowOrigin = origin;
                headers.AccessControlExposeHeaders = "Retry-After";
            }

            if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0)
            {
                headers.AccessControlAllowMethods = "GET, POST";
                headers.AccessControlAllowHeaders = "Authorization, Content-Type, Last-Event-ID";
                headers.AccessControlMaxAge = PreflightSeconds;
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            await next(context);
        });
        return app;
    }

    /// <summary>Why a user token may not be used from the page that sent it; null = it may.</summary>
    public static async ValueTask<Problem?> RefusalAsync(HttpContext context, KeyRing keys, CancellationToken stop)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (context.Caller() is not { Kind: CallerKind.User, Source: var id } || origin.Length == 0
            || await keys.SourceAsync(id, stop) is { } source && (source.AllowedOrigins.Count == 0 || source.AllowedOrigins.Contains(origin)))
        {
            return null;
        }

        context.Response.Headers.Remove("Access-Control-Allow-Origin");
        return Problems.Of(StatusCodes.Status403Forbidden, "origin_not_allowed", "Pages of this origin may not ask", $"The source '{id}' of this token does not allow {origin}; PUT /v1/sources/{id} sets allowedOrigins.");
    }

    static bool IsForBrowsers(PathString path) => path.Value?.Split('/') is ["", "v1", "users", _, "cards"] or ["", "v1", "decisions", _, "events"];

    // Before the token is read: an origin that some source names, or any while a browser's source names none.
    static async ValueTask<bool> IsKnownAsync(HttpContext context, string origin) =>
        (await context.RequestServices.GetRequiredService<KeyRing>().SourcesAsync(context.RequestAborted))
            .Any(source => source.Enabled && (source.AllowedOrigins.Contains(origin) || (!source.Trusted && source.AllowedOrigins.Count == 0)));
}
