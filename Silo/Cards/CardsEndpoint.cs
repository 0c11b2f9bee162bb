using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Cards;

/// <summary><c>GET /v1/users/{id}/cards</c>: a user's cards as they are decided, as server-sent events.</summary>
static class CardsEndpoint
{
    const int LongestId = 100;
    static readonly TimeSpan comeAgain = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/users/{id}/cards", HandleAsync)
        .RequireScopeOrUserToken(Scopes.NextMessage)
        .WithTags("Cards").WithName("Cards").WithSummary("A user's in-app cards as they are decided, as server-sent events")
        .WithDescription("Events named card; their id is the decision's. Opening the stream hands out what waits. Handing a card out activates it: guardrails are checked again, and one reader gets it. Last-Event-ID names the last card that was shown ('0' = none): later ones that were handed out and never reported as shown come again. 204 when the life of an anonymous id has gone over into a user.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").Produces(StatusCodes.Status204NoContent).Refuses(400, 401, 403, 429, 503);

    static async Task<IResult> HandleAsync(HttpContext context, string id, CardStreams streams, CardReading reading, KeyRing keys, IHostApplicationLifetime lifetime, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        if (context.Caller().User is { } own && own != agent.ToString())
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "user_token_only", "The token is another user's", "A user token opens the cards of the user that it was made for, and of nobody else.");
        }

        if (await BrowserOrigins.RefusalAsync(context, keys, stop) is { } refused)
        {
            return refused;
        }

        var after = context.Request.Headers.TryGetValue("Last-Event-ID", out var last) ? last.ToString() : null;
        if (after?.Length > LongestId)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_request", "The request cannot be read", $"Last-Event-ID is the id of a decision, at most {LongestId} characters; it has {after.Length}.");
        }

        var (stream, refusal) = streams.Open(agent.ToString());
        if (stream is null)
        {
            return Full(refusal);
        }

        using (stream)
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.ApplicationStopping))
        {
            // A fault of the first question is an answer with a status; later ones are tried again while the stream stays open.
            if (await reading.AskAsync(agent, after, either.Token) is not { } first)
            {
                return Results.NoContent();
            }

            try
            {
                await reading.StreamAsync(context, stream, agent, first, either.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
                // The reader left, or the silo stops: the usual end of a stream. What did not arrive was not reported as shown, and comes again.
            }
        }

        return Results.Empty;
    }

    static Problem Full(StreamRefusal refusal) => refusal == StreamRefusal.UserFull
        ? Problems.TooMany("too_many_streams", "This user has as many streams of cards open as one may (Cards:StreamsPerUser).", comeAgain)
        : Problems.Of(StatusCodes.Status503ServiceUnavailable, "too_many_streams", "Too many streams", "This silo has as many streams of cards open as it may (Cards:Streams).").With("Retry-After", Problems.WholeSeconds(comeAgain));
}
