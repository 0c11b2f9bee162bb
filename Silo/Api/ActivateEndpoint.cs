using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>Body of an activation.</summary>
public sealed record ActivateBody
{
    /// <summary>When the host committed; not later than now. The silo's own time counts.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What the host sends by.</summary>
    public string? Adapter { get; init; }
}

/// <summary>Where the decision stands now.</summary>
/// <param name="State">activated, held, expired, cancelled, scheduled, failed, unknown, superseded or hold.</param>
/// <param name="Reasons">Why it was held.</param>
/// <param name="At">When it came there first.</param>
public sealed record ActivateReply(string State, JsonArray Reasons, string At);

/// <summary><c>POST /v1/decisions/{id}/activate</c>.</summary>
static class ActivateEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/decisions/{id}/activate", HandleAsync)
        .RequireScope(Scopes.NextMessage)
        .WithTags("Decisions").WithName("Activate").WithSummary("Commit to a decision: from here on it counts as a treatment")
        .WithDescription("Guardrails are checked again; 'held' with reasons is a normal answer. Repeats return the first answer.")
        .Accepts<ActivateBody>(isOptional: true, "application/json").Produces<ActivateReply>().Refuses(400, 401, 403, 404, 415);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Decisions decisions, IClock clock, CancellationToken stop)
    {
        var (_, _, malformed) = await Bodies.ReadAsync<ActivateBody>(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (stored, agent, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        var result = await decisions.AgentOf(agent).ActivateAsync(id, clock.Now);
        return Wire.Json(result.State == DecisionState.NotFound
            ? await decisions.FateAsync(agent, stored!, stop)
            : new ActivateReply(StateNames.Of(result.State), Wire.Array(result.Reasons), result.At.ToString()));
    }
}
