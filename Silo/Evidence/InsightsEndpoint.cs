using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence;

/// <summary><c>GET /v1/programs/{id}/insights</c>: sentences made from data, and what they rest on.</summary>
static class InsightsEndpoint
{
    static readonly ConfidenceLevel level = new(Evidencing.Level90);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/programs/{id}/insights", HandleAsync)
        .RequireScope(Scopes.Console)
        .WithTags("Evidence").WithName("Insights").WithSummary("What was learnt: sentences with probability and n, each action by lifecycle, cost of exploring by week")
        .WithDescription("No sentence below 1,000 effects or a probability of 0.8. trusted is false while the placebo or the sample ratio fails: then nothing here is to be believed.")
        .Produces<InsightsReply>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Evidencing evidence, DecisionSample sample, CancellationToken stop)
    {
        var (program, findings, fault) = await evidence.FindAsync(id, stop);
        if (fault is not null)
        {
            return fault;
        }

        Evidencing.AsOf(context, findings);
        var decisions = await sample.OfAsync(id, stop);
        var trust = findings?.Trial is { } trial ? Table1.Of(trial, ConfidenceLevel.Default).Trust : Trust.Underpowered;
        var unit = program!.Sets.Select(set => Evidencing.Unit(findings, set.Id)).First();
        return Wire.Json(new InsightsReply(
            id, program.Name, program.Learning.Posterior.ToString().ToLowerInvariant(), unit, findings?.At.ToString(), findings?.Panel ?? 0, findings is null ? 0 : Insight.EffectsOf(findings), Insight.FewestEffects,
            trust is Trust.Ok or Trust.Underpowered, ExperimentsEndpoint.Spelt(trust),
            findings is null ? [] : [.. Insight.Of(program, findings).Select(Sentence)],
            findings is null ? [] : [.. program.Sets.SelectMany(set => HeatCell.OfSet(findings, set.Id).Select(cell => Heat(set, cell)))],
            [.. DecisionSample.ByWeek(decisions).Select(week => new LedgerReply(week.Week.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), week.Cost.N, Evidencing.Reply(ExplorationCost.MeanOf(week.Cost, level), level)))],
            decisions.Count));
    }

    static InsightReply Sentence(Insight one) => new(
        one.Sentence, one.Set, one.Lifecycle, Insight.Users(one.Lifecycle), one.Better, one.Worse, one.Probability, one.Effects,
        new EstimateReply(one.Difference, one.Low, one.High, null, Evidencing.Level90, null));

    static HeatReply Heat(ActionSet set, HeatCell cell) => new(
        set.Id, cell.Of.Action, set.Actions.FirstOrDefault(action => action.Id == cell.Of.Action)?.Label ?? cell.Of.Action, cell.Of.Lifecycle, cell.Of.Users, cell.Of.Effects,
        Evidencing.Reply(cell.Of.Interval(level), level), cell.FromSetMean, cell.Certainty);
}
