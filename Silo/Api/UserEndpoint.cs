using System.Text.Json.Nodes;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/users/{id}</c> and <c>/posteriors</c>: what the agent knows.</summary>
static class UserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/users/{id}", UserAsync)
            .RequireScope(Scopes.UsersRead)
            .WithTags("Users").WithName("User").WithSummary("Summary of a user's agent: attributes, zone, consent, arms, counters, schedule, pending effects, posteriors")
            .WithDescription("?anonymous=true names an anonymous id.")
            .Produces<JsonObject>().Refuses(400, 401, 403, 404);
        routes.MapGet("/v1/users/{id}/posteriors", PosteriorsAsync)
            .RequireScope(Scopes.UsersRead)
            .WithTags("Users").WithName("Posteriors").WithSummary("What the agent has learned: one row per program, context, action set and action")
            .Produces<PageOf<JsonObject>>().Refuses(400, 401, 403, 404);
    }

    static async Task<IResult> UserAsync(HttpContext context, string id, IGrainFactory grains, PersonReads reads, CancellationToken stop)
    {
        var (snapshot, fault) = await SnapshotAsync(context, grains);
        if (fault is not null)
        {
            return fault;
        }

        await reads.NoteAsync(context, id, stop);
        return context.Caller().May(Scopes.Contacts) ? Wire.Raw(snapshot!.Json) : Wire.Json(HiddenContacts.Of(Wire.Object(snapshot!.Json), context.Caller()));
    }

    static async Task<IResult> PosteriorsAsync(HttpContext context, string id, IGrainFactory grains)
    {
        _ = id;
        var (snapshot, fault) = await SnapshotAsync(context, grains);
        return fault ?? Wire.Json(new PageOf<JsonNode?>([.. Wire.Object(snapshot!.Json)["posteriors"]!.AsArray()], null));
    }

    static async ValueTask<(AgentSnapshot? Snapshot, Problem? Fault)> SnapshotAsync(HttpContext context, IGrainFactory grains)
    {
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return (null, malformed);
        }

        var snapshot = await grains.GetGrain<IUserAgent>(agent.ToString()).SnapshotAsync();
        return snapshot.Exists ? (snapshot, null) : (null, Problems.NotFound("user", agent.Id));
    }
}
