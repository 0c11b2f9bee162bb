using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary>A decision in a list.</summary>
public sealed record RecentDecisionItem(
    string DecisionId,
    string UserId,
    string? ProgramId,
    string? DecidedAt,
    string? Verdict,
    string? Arm,
    string? Channel,
    string? MessageId,
    string? Trigger,
    double? Propensity,
    JsonNode? Reasons);

/// <summary><c>GET /v1/decisions</c>: the newest of all users.</summary>
static class RecentDecisionsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/decisions", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Decisions").WithName("RecentDecisions").WithSummary("The newest decisions of all users, newest first")
        .Produces<PageOf<RecentDecisionItem>>().Refuses(400, 401, 403);

    static async Task<IResult> HandleAsync(HttpContext context, string? after, IAgentStore store, CancellationToken stop)
    {
        var (limit, fault) = Paging.Limit(context);
        if (fault is not null)
        {
            return fault;
        }

        if (Place(after) is not { } place)
        {
            return Paging.UnknownAfter(after!);
        }

        var found = await store.RecentDecisionsAsync(AgentKey.DefaultTenant, place.Before, place.Id, limit, stop);
        var next = found.Count < limit ? null : string.Create(CultureInfo.InvariantCulture, $"{found[^1].At.UnixMilliseconds}.{found[^1].Id}");
        return Wire.Json(new PageOf<RecentDecisionItem>([.. found.Select(Item)], next));
    }

    static (Instant Before, string? Id)? Place(string? after)
    {
        if (after is null)
        {
            return (Instant.Latest, null);
        }

        var cut = after.IndexOf('.', StringComparison.Ordinal);
        return cut > 0 && long.TryParse(after.AsSpan(0, cut), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at) ? (new Instant(at), after[(cut + 1)..]) : null;
    }

    static RecentDecisionItem Item(StoredDecision stored)
    {
        var record = Wire.Object(stored.Record);
        return new RecentDecisionItem(
            stored.Id, AgentKey.Parse(stored.Agent).Id, stored.Program, record.Text("decidedAt"), record.Text("verdict"), record.Text("arm"),
            record.Text("channel"), record.Text("messageId"), record.Text("trigger"), record.Number("propensity"), record["reasons"]?.DeepClone());
    }
}
