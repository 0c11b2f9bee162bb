using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/decisions/{id}/effect</c>.</summary>
static class EffectEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/decisions/{id}/effect", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Decisions").WithName("Effect").WithSummary("The effect receipt of the decision")
        .WithDescription("state is pending with dueAt before it is final, which it is with the first fold of its cohort at or after dueAt; then identified, identifiedBySelf, or notIdentified with its reason.")
        .Produces<JsonObject>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(string id, Decisions decisions, FreshRows rows, IAgentStore store, IClock clock, CancellationToken stop)
    {
        var (stored, agent, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        await rows.OfAsync(agent, stop);
        if (await store.EffectAsync(id, stop) is { } final)
        {
            return Wire.Raw(final.Receipt);
        }

        var summary = await decisions.AgentOf(agent).SnapshotAsync();
        var pending = Wire.Object(summary.Json)["pending"]?.AsArray().FirstOrDefault(one => one?["decisionId"]?.GetValue<string>() == id)?.AsObject();
        // Between the commit of a receipt and this read it may have become final.
        if (pending is null && await store.EffectAsync(id, stop) is { } now)
        {
            return Wire.Raw(now.Receipt);
        }

        return Wire.Json(new JsonObject
        {
            ["decisionId"] = id,
            ["userId"] = agent.Id,
            ["programId"] = stored!.Program,
            ["state"] = "pending",
            ["decisionState"] = pending?.Text("state"),
            ["treatedAt"] = pending?.Text("treatedAt"),
            ["dueAt"] = pending?.Text("effectDueAt"),
            ["asOf"] = clock.Now.ToString(),
        });
    }
}
