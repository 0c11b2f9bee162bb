using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>Event weights of a program.</summary>
/// <param name="ProgramId">Program.</param>
/// <param name="Version">Version of the table; 0 = none yet.</param>
/// <param name="AsOf">Moment of the estimate.</param>
/// <param name="Identified">False while no goal, or nothing but goals, was counted.</param>
/// <param name="Weights">Largest weight first.</param>
public sealed record WeightsReply(string ProgramId, long Version, string? AsOf, bool Identified, IReadOnlyList<WeightItem> Weights);

/// <summary>ln P(e|goal)/P(e|no goal) of one event type, in nats, with the counts it comes from, and v₅₀ of its amounts.</summary>
public sealed record WeightItem(string Event, double Weight, double? StandardError, long GoalCount, long OtherCount, double? MedianValue);

/// <summary><c>GET /v1/programs/{id}/weights</c>.</summary>
static class WeightsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/programs/{id}/weights", HandleAsync)
        .RequireScope(Scopes.Console)
        .WithTags("Programs").WithName("Weights").WithSummary("Event weights of the program, as last estimated from the stream")
        .Produces<WeightsReply>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(string id, ProgramAnswers answers, ICohortView cohorts)
    {
        if (await answers.Catalogue.DetailAsync(id) is null)
        {
            return Problems.NotFound("program", id);
        }

        var cohort = await cohorts.OfAsync(id);
        var rows = cohort.Weights.Table.Values.OrderByDescending(weight => weight.Nats).ThenBy(weight => weight.Type, StringComparer.Ordinal);
        return Wire.Json(new WeightsReply(
            id, cohort.Weights.Version, cohort.Weights.Version == 0 ? null : cohort.WeightsAsOf.ToString(), cohort.Weights.Identified,
            [.. rows.Select(weight => new WeightItem(weight.Type, weight.Nats, weight.StandardError, weight.GoalCount, weight.OtherCount, weight.MedianValue))]));
    }
}
