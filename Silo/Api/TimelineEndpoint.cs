using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Silo.Cluster;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/users/{id}/timeline</c>: the journal of an agent, newest first.</summary>
static class TimelineEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/users/{id}/timeline", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Users").WithName("Timeline").WithSummary("Events with their messageId, decisions, activations, deliveries and effects of a user, newest first")
        .WithDescription("limit 1 to 500, after = next of the page before. A user who is not known has an empty timeline.")
        .Produces<PageOf<JsonObject>>().Refuses(400, 401, 403);

    static async Task<IResult> HandleAsync(HttpContext context, string id, string? after, FreshRows rows, IAgentStore store, CancellationToken stop)
    {
        _ = id;
        var (agent, malformed) = RouteIds.Agent(context);
        var (limit, tooMany) = Paging.Limit(context);
        if ((malformed ?? tooMany) is { } fault)
        {
            return fault;
        }

        var before = long.MaxValue;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Paging.UnknownAfter(after);
        }

        await rows.OfAsync(agent, stop);
        var items = new List<JsonNode?>(limit);
        foreach (var row in await store.JournalAsync(agent.ToString(), before, limit, stop))
        {
            var entries = AgentJournal.Read(row.Entries);
            for (var i = entries.Count - 1; i >= 0 && items.Count < limit; i--)
            {
                if (Sequence(entries[i]) < before)
                {
                    items.Add(entries[i]!.DeepClone());
                }
            }
        }

        var next = items.Count == limit && Sequence(items[^1]) is > 1 and var last ? last.ToString(CultureInfo.InvariantCulture) : null;
        return Wire.Json(new PageOf<JsonNode?>(items, next));
    }

    static long Sequence(JsonNode? entry) => entry!["seq"]!.GetValue<long>();
}
