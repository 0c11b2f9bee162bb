using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>POST /v1/users/{id}/next</c>.</summary>
static class NextEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/users/{id}/next", HandleAsync)
        .RequireScope(Scopes.NextMessage)
        .WithTags("Next message").WithName("NextMessage").WithSummary("Decide now, or return the decision that is open")
        .WithDescription("Always 200 for a valid key: an unknown user is simply new, and a hold is a normal answer with its reasons. With an Idempotency-Key header the same question gets the same bytes for 24 h.")
        .Accepts<NextQuestion>(isOptional: true, "application/json").Produces<NextReply>().Refuses(400, 401, 403, 409, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Asking asking, CancellationToken stop)
    {
        _ = id;
        var (agent, unknown) = RouteIds.Agent(context);
        if (unknown is not null)
        {
            return unknown;
        }

        var (question, hash, malformed) = await Bodies.ReadAsync<NextQuestion>(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var key = context.Request.Headers.TryGetValue("Idempotency-Key", out var keys) ? keys.ToString() : null;
        var (reply, fault) = await asking.AskAsync(agent, question!, hash, key, limited: true, stop);
        return fault ?? Wire.Raw(reply);
    }
}
