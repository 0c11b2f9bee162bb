using System.Security.Cryptography;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Evidence.Operations;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Evidence.Exports;

/// <summary><c>/v1/exports</c>: decisions with their exact chances, for notebooks.</summary>
static class ExportsEndpoint
{
    static readonly string[] formats = ["csv", "jsonl", "parquet", "obp"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var exports = routes.MapGroup("/v1/exports").RequireScope(Scopes.Export).WithTags("Evidence");
        exports.MapPost("", BeginAsync).WithName("BeginExport").WithSummary("Export decisions with propensities and effects: 202 with an operation; its file at /v1/exports/{id}/file")
            .WithDescription("format csv, jsonl, parquet or obp (Open Bandit, zipped); at most 100,000 decisions. User ids are pseudonyms by a keyed hash unless the key has users:pii.")
            .Accepts<ExportBody>("application/json").Produces<OperationRecord>(StatusCodes.Status202Accepted).Refuses(400, 401, 403, 415, 422, 429);
        exports.MapGet("/{id}/file", FileAsync).WithName("ExportFile").WithSummary("The file of a finished export; Range is understood, Digest is its SHA-256; kept 7 days")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").Refuses(401, 403, 404, 409);
    }

    static async Task<IResult> BeginAsync(HttpContext context, Evidencing evidence, ExportWork work, OperationRunner runner, CancellationToken stop)
    {
        var (body, fault) = await JsonBody.ReadAsync<ExportBody>(context);
        if ((fault ?? Wrong(body!, evidence)) is { } problem)
        {
            return problem;
        }

        var caller = Caller.Of(context.User)!;
        var mayKnow = caller.May(Scopes.Contacts);
        return await runner.BeginAsync("export", body!.Format, caller.Id, operation => work.RunAsync(body, mayKnow, operation), stop) is { } begun
            ? OperationsEndpoint.Accepted(context, begun)
            : OperationsEndpoint.Busy();
    }

    static async Task<IResult> FileAsync(HttpContext context, string id, OperationRunner runner, ExportFiles files, CancellationToken stop)
    {
        var caller = Caller.Of(context.User)!;
        // Another key may have asked for ids as they are: its file is its own.
        if (await runner.FindAsync(id, stop) is not { Kind: "export" } found || (found.Owner != caller.Id && !caller.May(Scopes.Contacts)))
        {
            return Problems.NotFound("export", id);
        }

        if (found.State != "done" || await files.FindAsync(id, stop) is not { } file)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "not_done", "The export is not done", $"Export '{id}' is {found.State}{(found.Problem is null ? "" : ": " + found.Problem)}.");
        }

        var bytes = file.ToArray();
        context.Response.Headers["Digest"] = "sha-256=" + Convert.ToBase64String(SHA256.HashData(bytes));
        var (type, ending) = found.Subject switch { "csv" => ("text/csv; charset=utf-8", "csv"), "jsonl" => ("application/x-ndjson", "jsonl"), "parquet" => ("application/vnd.apache.parquet", "parquet"), _ => ("application/zip", "zip") };
        return Results.File(bytes, type, $"decisions-{id}.{ending}", enableRangeProcessing: true);
    }

    static Problem? Wrong(ExportBody body, Evidencing evidence)
    {
        Problem Refused(string field, string detail) => Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_export", "The export is not valid", detail, [new("/" + field, "invalid_export", detail)]);
        if (body.Kind != "decisions")
        {
            return Refused("kind", $"kind must be decisions; it is '{body.Kind}'.");
        }

        if (!formats.Contains(body.Format))
        {
            return Refused("format", $"format must be csv, jsonl, parquet or obp; it is '{body.Format}'.");
        }

        if (body.To <= body.From)
        {
            return Refused("to", $"to must be after from; they are {body.From:O} and {body.To:O}.");
        }

        return body.ProgramIds?.FirstOrDefault(id => evidence.Programs.All(program => program.Id != id)) is { } unknown ? Refused("programIds", $"There is no program '{unknown}'.") : null;
    }
}
