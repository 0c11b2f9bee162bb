using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary><c>GET /v1/decisions/{id}</c>: the record as it was stored, byte for byte.</summary>
static class DecisionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/decisions/{id}", HandleAsync)
        .RequireScope(Scopes.UsersRead)
        .WithTags("Decisions").WithName("Decision").WithSummary("The stored record: canonical JSON (RFC 8785), ETag = recordHash")
        .Produces<JsonObject>().Produces(StatusCodes.Status304NotModified).Refuses(401, 403, 404);

    static async Task<IResult> HandleAsync(HttpContext context, string id, Decisions decisions, CancellationToken stop)
    {
        var (stored, _, unknown) = await decisions.FindAsync(id, stop);
        if (unknown is not null)
        {
            return unknown;
        }

        var record = stored!.Record;
        var tag = $"\"{RecordHash.Of(record.Span)}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(record, "application/json");
    }
}
