using System.Text.Json;
using Aampe.Agents.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Files that a signed-in person takes away.</summary>
static class Downloads
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the record of a decision is downloaded.</summary>
    internal static string RecordOf(string decisionId) => $"/inspector/decisions/{Uri.EscapeDataString(decisionId)}.json";

    /// <summary>Where everything held of a person is downloaded.</summary>
    internal static string AccessOf(string userId) => $"/privacy/access.json?userId={Uri.EscapeDataString(userId)}";

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

    internal static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/inspector/decisions/{id}.json", RecordAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
        routes.MapGet("/programs/{id}.json", ProgramAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
        routes.MapGet("/audit.ndjson", AuditAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
        routes.MapGet("/catalogue/{id}.csv", CatalogueAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
        routes.MapGet("/privacy/access.json", AccessAsync).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();
    }

    static async Task AuditAsync(HttpContext http, IConsoleAccess access)
    {
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"audit.ndjson\"";
        http.Response.Headers.CacheControl = "no-store";
        await access.Client(http.User).People.ExportAuditAsync(http.Response.Body, http.RequestAborted);
    }

    static async Task<IResult> ProgramAsync(HttpContext http, IConsoleAccess access, string id)
    {
        if (await access.Client(http.User).Programs.GetAsync(id, ct: http.RequestAborted) is not { } program)
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "no-store";
        return Results.File(JsonSerializer.SerializeToUtf8Bytes(program.Document, Indented), "application/json", id + ".json");
    }

    static async Task<IResult> CatalogueAsync(HttpContext http, IConsoleAccess access, string id)
    {
        try
        {
            var table = await access.Client(http.User).Programs.ExportAsync(id, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(table, "text/csv; charset=utf-8", id + "-messages.csv");
        }
        catch (AgentNotFoundException)
        {
            return Results.NotFound();
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
