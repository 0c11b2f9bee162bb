using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Evidence;

/// <summary><c>GET /v1/programs/{id}/content-map</c>: which pairs of actions have messages, and what those without are worth.</summary>
static class ContentMapEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/programs/{id}/content-map", HandleAsync)
        .RequireScope(Scopes.Console)
        .WithTags("Evidence").WithName("ContentMap").WithSummary("Messages for each pair of actions of two sets, and the value of pairs without one; ?rows=&columns=&channel=&locale=")
        .WithDescription("rows and columns are ids of sets that messages carry; without them the first two. A gap's value is the expected effect of the pair less that of the message agents now take, with a 90 % interval; null below 1,000 effects.")
        .Produces<ContentMapReply>().Refuses(400, 401, 403, 404);

    static async Task<IResult> HandleAsync(
        HttpContext context, string id, string? rows, string? columns, string? channel, string? locale, Evidencing evidence, DecisionSample sample, IAgentStore store, CancellationToken stop)
    {
        var (program, findings, fault) = await evidence.FindAsync(id, stop);
        if (fault is not null)
        {
            return fault;
        }

        var sets = program!.Sets.Where(set => set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel).ToList();
        var (first, second, refused) = Axes(sets, rows, columns, id);
        if (refused is not null)
        {
            return refused;
        }

        Evidencing.AsOf(context, findings);
        var decisions = await sample.OfAsync(id, stop);
        var perWeek = findings?.SendsPerWeek((await store.TotalsAsync(AgentKey.DefaultTenant, stop)).Agents);
        double? Drawn(string row, string column) => perWeek is { } sends && decisions.Count > 0
            ? sends * decisions.Count(one => one.Proto.GetValueOrDefault(first!.Id) == row && (second is null || one.Proto.GetValueOrDefault(second.Id) == column)) / decisions.Count
            : null;

        var cells = ContentMap.Of(program, first!, second, channel ?? "", locale ?? "", findings, Drawn);
        return Wire.Json(new ContentMapReply(
            id, program.Name, findings?.At.ToString(), Evidencing.Unit(findings, first!.Id), Axis(first), second is null ? null : Axis(second), [.. sets.Select(Axis)],
            [.. program.Messages.Select(message => message.Channel).Distinct().Order(StringComparer.Ordinal)],
            [.. program.Messages.Select(message => message.Locale).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)],
            findings is null ? 0 : Insight.EffectsOf(findings), ContentMap.FewestEffects, decisions.Count, [.. cells.Select(Cell)]));
    }

    static (ActionSet? Rows, ActionSet? Columns, Problem? Fault) Axes(List<ActionSet> sets, string? rows, string? columns, string id)
    {
        if (sets.Count == 0)
        {
            return (null, null, Problems.Of(400, "no_content_sets", "No set that messages carry", $"Program '{id}' has no content, incentive or channel set, so there is no content map."));
        }

        Problem Unknown(string name, string value) => Problems.Of(
            400, "unknown_set", "The set is not known", $"{name} must be one of {string.Join(", ", sets.Select(set => set.Id))}; it is '{value}'.", [new("/" + name, "unknown_set", value)]);
        var first = rows is null ? sets.First(set => set.Id != columns || sets.Count == 1) : sets.FirstOrDefault(set => set.Id == rows);
        if (first is null)
        {
            return (null, null, Unknown("rows", rows!));
        }

        var second = columns is null ? sets.FirstOrDefault(set => set.Id != first.Id) : sets.FirstOrDefault(set => set.Id == columns && set.Id != first.Id);
        return columns is not null && second is null ? (null, null, Unknown("columns", columns)) : (first, second, null);
    }

    static ContentAxisReply Axis(ActionSet set) => new(set.Id, set.Name, [.. set.Actions.Where(action => !action.Retired).Select(action => new ContentAxisAction(action.Id, action.Label))]);

    static ContentCellReply Cell(ContentCell cell) => new(cell.Row, cell.Column, cell.Messages, cell.Gap is not { } gap ? null : new GapReply(
        gap.Instead, Evidencing.Reply(gap.PerDecision, ContentMap.Level), gap.Effects, gap.DecisionsPerWeek, gap.PerWeek, gap.DecisionsPerWeek * gap.PerDecision.Low, gap.DecisionsPerWeek * gap.PerDecision.High));
}
