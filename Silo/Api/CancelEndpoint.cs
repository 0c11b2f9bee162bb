using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>Body of a cancellation.</summary>
public sealed record CancelBody
{
    /// <summary>Why the host will not send; at most 200 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>Where the decision stands now.</summary>
public sealed record CancelReply(string State);

/// <summary><c>POST /v1/decisions/{id}/cancel</c>.</summary>
static class CancelEndpoint
{
    const int LongestReason = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/decisions/{id}/cancel", HandleAsync)
        .RequireScope(Scopes.NextMessage)
        .WithTags("Decisions").WithName("Cancel").WithSummary("The host will not send: nothing is learned, the cap is given back")
        .Accepts<CancelBody>(isOptional: true, "application/json").Produces<CancelReply>().Refuses(400, 401, 403, 404, 409, 415);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Decisions decisions, IClock clock, CancellationToken stop)
    {
        var (body, _, malformed) = await Bodies.ReadAsync<CancelBody>(context);
        if (malformed is not null)
        {
            return malformed;
        }

        var (stored, agent, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        var reason = body!.Reason ?? "";
        var result = await decisions.AgentOf(agent).CancelAsync(id, reason.Length > LongestReason ? reason[..LongestReason] : reason, clock.Now);
        var state = result.State == DecisionState.NotFound
            ? (await decisions.FateAsync(agent, stored!, stop)).State
            : StateNames.Of(result.State);
        return state == StateNames.Of(DecisionState.Cancelled)
            ? Wire.Json(new CancelReply(state))
            : Problems.Of(StatusCodes.Status409Conflict, "not_open", "The decision is not open", $"The decision is {state}; only one that is not activated yet can be cancelled.");
    }
}
