using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence;

/// <summary><c>GET /v1/programs/{id}/action-sets</c>: what the population's effects say of each action.</summary>
static class ActionSetsEndpoint
{
    static readonly ConfidenceLevel level = new(Evidencing.Level90);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/programs/{id}/action-sets", HandleAsync)
        .RequireScope(Scopes.Console)
        .WithTags("Evidence").WithName("ActionSets").WithSummary("Action sets of a program: mean effect of each action with its 90 % interval and n, share explored, messages that carry it")
        .WithDescription("From the newest fold of the program's panel (Aampe-Data-As-Of). The share explored is of the newest decisions.")
        .Produces<ActionSetsReply>().Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Evidencing evidence, DecisionSample sample, CancellationToken stop)
    {
        var (program, findings, fault) = await evidence.FindAsync(id, stop);
        if (fault is not null)
        {
            return fault;
        }

        Evidencing.AsOf(context, findings);
        var decisions = await sample.OfAsync(id, stop);
        return Wire.Json(new ActionSetsReply(
            id, program!.Name, program.State.ToString().ToLowerInvariant(), program.Learning.Posterior.ToString().ToLowerInvariant(), findings?.At.ToString(), findings?.Panel ?? 0,
            decisions.Count == 0 ? null : (double)decisions.Count(one => one.Cost.Explored) / decisions.Count, decisions.Count,
            [.. program.Sets.Select(set => Of(program, set, findings))]));
    }

    static ActionSetReply Of(ProgramDefinition program, ActionSet set, ProgramFindings? findings)
    {
        var known = set.Actions.Where(action => !action.Retired).Select(action => findings?.Of(set.Id, action.Id)).OfType<ActionFinding>()
            .Where(one => one.Variance is not null).OrderByDescending(one => one.Mean).ToList();
        var best = known.Count >= 2 ? known[0].BetterThan(known[1]) : null;
        return new ActionSetReply(
            set.Id, set.Name, set.Dimension.ToString().ToLowerInvariant(), set.Exploration, Evidencing.Unit(findings, set.Id), best is null ? null : known[0].Action, best,
            [.. set.Actions.SelectMany(action => Rows(program, set, action, findings))]);
    }

    static IEnumerable<ActionReply> Rows(ProgramDefinition program, ActionSet set, ActionDefinition action, ProgramFindings? findings)
    {
        var carried = Carries(set) ? program.Messages.Count(message => ContentMap.ActionOf(set, message) == action.Id) : -1;
        var found = findings?.Actions.Where(one => one.Set == set.Id && one.Action == action.Id).ToList() ?? [];
        if (found.All(one => one.Lifecycle.Length > 0))
        {
            yield return new ActionReply(action.Id, action.Label, action.Retired, "", 0, 0, Evidencing.Reply(new Estimate.NotKnown(WhyNotKnown.EmptyArm), level), null, null, carried);
        }

        foreach (var one in found)
        {
            yield return new ActionReply(action.Id, action.Label, action.Retired, one.Lifecycle, one.Users, one.Effects, Evidencing.Reply(one.Interval(level), level), one.Spread, one.SuccessShare, carried);
        }
    }

    static bool Carries(ActionSet set) => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel;
}
