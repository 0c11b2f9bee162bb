using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Silo.Api;

/// <summary>A user found by id.</summary>
public sealed record FoundUserItem(string UserId, bool Anonymous);

/// <summary><c>GET /v1/users?prefix=</c>: known users first, then anonymous ones.</summary>
static class FindUsersEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/users", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Users").WithName("FindUsers").WithSummary("Users whose id starts with a text; known ones first, in order of id")
        .Produces<PageOf<FoundUserItem>>().Refuses(400, 401, 403);

    static async Task<IResult> HandleAsync(HttpContext context, string? prefix, string? after, IAgentStore store, CancellationToken stop)
    {
        var (limit, fault) = Paging.Limit(context);
        if (fault is not null)
        {
            return fault;
        }

        if (after is not null && !IsPlace(after))
        {
            return Paging.UnknownAfter(after);
        }

        var users = AgentKey.User(AgentKey.DefaultTenant, prefix ?? "").ToString();
        var others = AgentKey.Anonymous(AgentKey.DefaultTenant, prefix ?? "").ToString();
        List<string> found = after is null || AgentKey.Parse(after).IsUser ? [.. await store.FindAsync(users, after, limit, stop)] : [];
        if (found.Count < limit)
        {
            found.AddRange(await store.FindAsync(others, after is not null && !AgentKey.Parse(after).IsUser ? after : null, limit - found.Count, stop));
        }

        var items = found.Select(AgentKey.Parse).Select(key => new FoundUserItem(key.Id, !key.IsUser)).ToArray();
        return Wire.Json(new PageOf<FoundUserItem>(items, found.Count < limit ? null : found[^1]));
    }

    static bool IsPlace(string after)
    {
        try
        {
            return AgentKey.Parse(after).Tenant == AgentKey.DefaultTenant;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
