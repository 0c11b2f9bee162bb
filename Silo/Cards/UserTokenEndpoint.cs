using System.Globalization;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Cards;

/// <summary>Body of <c>POST /v1/users/{id}/tokens</c>.</summary>
/// <param name="TtlSeconds">How long it is good for, 60 to 86,400; absent = 3,600.</param>
/// <param name="Source">Source of the page's write key: its allowed origins hold for the token; absent = default.</param>
public sealed record UserTokenBody(int? TtlSeconds = null, string? Source = null);

/// <summary><c>POST /v1/users/{id}/tokens</c>: a backend lets its user's browser see that user's cards.</summary>
static class UserTokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/users/{id}/tokens", HandleAsync)
        .RequireScope(Scopes.NextMessage)
        .WithTags("Cards").WithName("IssueUserToken").WithSummary("A token for the user's browser: that user's cards and reports on that user's decisions, nothing else")
        .WithDescription("Signed, not stored. It ends with its time, with the key that asked for it, and when its source is switched off. ?anonymous=true names an anonymous id.")
        .Accepts<UserTokenBody>("application/json").Produces<UserToken>().Refuses(400, 401, 403, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, string id, UserTokens tokens, KeyRing keys, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (body, unreadable) = context.Request.ContentLength is 0 || context.Request.ContentType is null ? (new UserTokenBody(), null) : await JsonBody.ReadAsync<UserTokenBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        var life = TimeSpan.FromSeconds(body!.TtlSeconds ?? UserTokens.Usual.TotalSeconds);
        if (life < UserTokens.Shortest || life > UserTokens.Longest)
        {
            return Invalid("/ttlSeconds", "out_of_range", string.Create(CultureInfo.InvariantCulture, $"ttlSeconds must be {UserTokens.Shortest.TotalSeconds} to {UserTokens.Longest.TotalSeconds}; it is {body.TtlSeconds}."));
        }

        var source = body.Source ?? EventSource.Default;
        return await keys.SourceAsync(source, stop) is null
            ? Invalid("/source", "unknown_source", $"There is no source '{source}'.")
            : Wire.Json(await tokens.IssueAsync(agent, source, context.Caller().Actor, life, stop));
    }

    static Problem Invalid(string pointer, string code, string detail) =>
        Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_request", "The token cannot be made", detail, [new(pointer, code, detail)]);
}
