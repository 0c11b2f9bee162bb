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

    /// <summary>Where everything held of a person is downloaded.</summary>
    internal static string AccessOf(string userId) => $"/privacy/access.json?userId={Uri.EscapeDataString(userId)}";

    internal static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/inspector/decisions/{id}.json", RecordAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
        routes.MapGet("/privacy/access.json", AccessAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
    }

    // The first bytes decide whether there is a file: what fails before them is told as a status.
    static async Task AccessAsync(HttpContext http, IConsoleAccess access, string userId)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"access.json\"";
        try
        {
            await access.Client(http.User).Privacy.ExportAsync(userId, http.Response.Body, http.RequestAborted);
        }
        catch (AgentClientException fault) when (!http.Response.HasStarted)
        {
            http.Response.Headers.Remove("Content-Disposition");
            http.Response.ContentType = "text/plain; charset=utf-8";
            http.Response.StatusCode = fault.Problem.Status is >= 400 and < 600 and var status ? status : StatusCodes.Status502BadGateway;
            await http.Response.WriteAsync($"{fault.Problem.Title} ({fault.Problem.Code}): {fault.Problem.Detail}", http.RequestAborted);
        }
    }

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
