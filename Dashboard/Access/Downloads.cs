using Aampe.Agents.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Files that a signed-in person takes away.</summary>
static class Downloads
{
    /// <summary>Where the record of a decision is downloaded.</summary>
    internal static string RecordOf(string decisionId) => $"/inspector/decisions/{Uri.EscapeDataString(decisionId)}.json";

    internal static void MapDownloads(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/inspector/decisions/{id}.json", RecordAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();

    static async Task<IResult> RecordAsync(HttpContext http, IConsoleAccess access, string id)
    {
        try
        {
            var record = await access.Client(http.User).DecisionAsync(new DecisionId(id), http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(record.Canonical.ToArray(), "application/json", id + ".json");
        }
        catch (AgentNotFoundException)
        {
            return Results.NotFound();
        }
    }
}
