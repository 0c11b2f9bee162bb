using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/decisions/{id}/explain</c>.</summary>
static class ExplainEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/decisions/{id}/explain", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Decisions").WithName("Explain").WithSummary("Why the decision came out as it did, in sentences and numbers")
        .Produces<ExplainReply>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(string id, Decisions decisions, CancellationToken stop)
    {
        var (stored, _, unknown) = await decisions.FindAsync(id, stop);
        return unknown ?? Wire.Json(Explaining.Of(stored!.Record));
    }
}
