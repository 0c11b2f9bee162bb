using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Privacy;

/// <summary>Whether a person objects.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Objects">Whether marketing and profiling are stopped.</param>
/// <param name="At">Since when.</param>
public sealed record ObjectionReply(string UserId, bool Objects, string At);

/// <summary><c>POST</c> and <c>DELETE /v1/users/{id}/object</c>: the right to object.</summary>
static class ObjectEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/users/{id}/object", (HttpContext context, string id, IGrainFactory grains, IClock clock) => StateAsync(context, id, grains, clock, withdrawn: false))
            .RequireScope(Scopes.ConsentWrite)
            .WithTags("Privacy").WithName("Object").WithSummary("Stop marketing to a user and profiling of it, at once")
            .WithDescription("In force when answered: open decisions are given up, nothing is decided or learned, cohorts leave the user out from their next fold. Statements of purpose marketing and personalisation say so.")
            .Produces<ObjectionReply>().Refuses(400, 401, 403);
        routes.MapDelete("/v1/users/{id}/object", (HttpContext context, string id, IGrainFactory grains, IClock clock) => StateAsync(context, id, grains, clock, withdrawn: true))
            .RequireScope(Scopes.ConsentWrite)
            .WithTags("Privacy").WithName("WithdrawObjection").WithSummary("The user takes the objection back")
            .WithDescription("Profiling is allowed again; consent to marketing is as if nothing had been said, so channels that need one need a new one.")
            .Produces<ObjectionReply>().Refuses(400, 401, 403);
    }

    static async Task<IResult> StateAsync(HttpContext context, string id, IGrainFactory grains, IClock clock, bool withdrawn)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var at = clock.Now;
        await grains.GetGrain<IUserAgent>(agent.ToString()).ObjectAsync(at, withdrawn);
        return Wire.Json(new ObjectionReply(agent.Id, !withdrawn, at.ToString()));
    }
}
