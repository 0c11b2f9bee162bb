using Aampe.Agents.Core.Agents;
using Aampe.Agents.Silo.Rendering;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>POST /v1/decisions/{id}/replay</c>: made anew from what the record holds.</summary>
static class ReplayEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/decisions/{id}/replay", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Decisions").WithName("Replay").WithSummary("Recompute the decision from its stored inputs and compare every byte")
        .Produces<Replay>().Refuses(401, 403, 404, 422);

    static async Task<IResult> HandleAsync(string id, Decisions decisions, IProgramVersions programs, CancellationToken stop)
    {
        var (stored, agent, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        var version = (long)(Wire.Object(stored!.Record)["versions"]?.AsObject().Number("program") ?? 0);
        return await programs.AtAsync(agent.Tenant, stored.Program, version, stop) is { } program
            ? Wire.Json(Replaying.Of(stored.Record, program))
            : Problems.Of(StatusCodes.Status422UnprocessableEntity, "program_version_gone", "The program's version is gone", $"Program '{stored.Program}' version {version} is no longer stored.");
    }
}
