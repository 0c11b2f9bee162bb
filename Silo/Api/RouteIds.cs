using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Microsoft.AspNetCore.Http.Features;

namespace Aampe.Agents.Silo.Api;

/// <summary>Ids out of the path as the caller wrote them.</summary>
static class RouteIds
{
    /// <summary>The agent that a route under <c>/v1/users/</c> names; <c>?anonymous=true</c> names an anonymous one.</summary>
    public static (AgentKey Key, Problem? Fault) Agent(HttpContext context)
    {
        var id = Segment(context, "users");
        if (Fault(id) is { } fault)
        {
            return (default, fault);
        }

        var anonymous = context.Request.Query["anonymous"] == "true";
        return (anonymous ? AgentKey.Anonymous(AgentKey.DefaultTenant, id) : AgentKey.User(AgentKey.DefaultTenant, id), null);
    }

    /// <summary>What is wrong with a user id; null = nothing.</summary>
    public static Problem? Fault(string id) =>
        id.Length is 0 or > AgentKey.LongestId || id.Any(char.IsControl) || id.Contains('\uFFFD', StringComparison.Ordinal)
            ? Problems.Of(StatusCodes.Status400BadRequest, "invalid_user_id", "The user id is not valid", $"A user id is 1 to {AgentKey.LongestId} characters of valid UTF-8 without control characters; this one has {id.Length}.")
            : null;

    // The framework leaves %2F in a path as it is and undoes every other escape: only the raw target tells a/b from a%2Fb. A host in
    // memory has no raw target and knows the route value alone.
    static string Segment(HttpContext context, string after)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var path = raw.Split('?')[0].Split('/');
        var at = Array.IndexOf(path, after);
        return at >= 0 && at + 1 < path.Length ? Uri.UnescapeDataString(path[at + 1]) : context.GetRouteValue("id") as string ?? "";
    }
}
