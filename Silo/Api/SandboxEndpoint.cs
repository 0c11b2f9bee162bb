using System.Text.Json;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Delivery;

namespace Aampe.Agents.Silo.Api;

/// <summary>A message that the sandbox kept instead of sending it.</summary>
public sealed record SandboxItem(string DecisionId, string UserId, string Channel, string At, JsonElement Content);

/// <summary><c>GET /v1/sandbox</c>.</summary>
static class SandboxEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/sandbox", HandleAsync)
        .RequireScope("admin:sandbox")
        .WithTags("Operations").WithName("Sandbox").WithSummary("Messages that the sandbox kept instead of sending, newest first")
        .Produces<PageOf<SandboxItem>>().Refuses(400, 401, 403);

    static async Task<IResult> HandleAsync(HttpContext context, string? userId, string? after, ISandbox sandbox, CancellationToken stop)
    {
        var (limit, fault) = Paging.Limit(context);
        if (fault is not null)
        {
            return fault;
        }

        var agent = userId is null ? null : AgentKey.User(AgentKey.DefaultTenant, userId).ToString();
        IReadOnlyList<SandboxMessage> kept;
        try
        {
            kept = await sandbox.ListAsync(AgentKey.DefaultTenant, agent, after, limit, stop);
        }
        catch (ArgumentException) when (after is not null)
        {
            return Paging.UnknownAfter(after);
        }

        var items = kept.Select(one => new SandboxItem(one.DecisionId, AgentKey.Parse(one.Agent).Id, one.Channel, one.At.ToString(), JsonElement.Parse(one.Content.Span)));
        return Wire.Json(new PageOf<SandboxItem>([.. items], kept.Count < limit ? null : kept[^1].DecisionId));
    }
}
