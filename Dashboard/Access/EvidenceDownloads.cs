using System.Globalization;
using Aampe.Agents.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Aampe.Agents.Dashboard.Access;

/// <summary>Tables that a signed-in person takes away.</summary>
static class EvidenceDownloads
{
    internal static void MapEvidenceDownloads(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/experiments/{id}/table1.csv", Table1Async).RequireAuthorization(ConsoleRegistration.Scheme).ExcludeFromDescription();

    static async Task<IResult> Table1Async(HttpContext http, IConsoleAccess access, string id, string? alpha)
    {
        var level = double.TryParse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture, out var stated) ? stated : 0.01;
        try
        {
            var table = await access.Client(http.User).Evidence.Table1CsvAsync(id, level, http.RequestAborted);
            http.Response.Headers.CacheControl = "no-store";
            return Results.File(table.ToArray(), "text/csv; charset=utf-8", $"table1-{id}.csv");
        }
        catch (AgentNotFoundException)
        {
            return Results.NotFound();
        }
    }
}
