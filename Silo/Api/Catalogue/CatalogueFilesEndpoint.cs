using System.Text;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Grains.Interfaces.Programs;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>The catalogue as a table for copywriters: out as CSV, back in with a dry run that shows each change and each fault by line.</summary>
static class CatalogueFilesEndpoint
{
    const int MostBytes = 5_000_000;

    public static void Map(IEndpointRouteBuilder messages)
    {
        messages.MapGet("/export", ExportAsync).RequireScope(Scopes.Console).WithName("ExportMessages").WithSummary("All messages as CSV, the draft where there is one")
            .Produces<string>(contentType: "text/csv").Refuses(401, 403, 404);
        messages.MapPost("/import", ImportAsync).RequireScope(Scopes.Programs).WithName("ImportMessages")
            .WithSummary("Messages from CSV into the draft: a dry run unless ?apply=true; with a fault nothing is written. Rows replace their namesake, others stay")
            .Accepts<string>("text/csv").Produces<ImportReply>().Refuses(400, 401, 403, 404, 409, 412, 413, 415, 422);
    }

    static async Task<IResult> ExportAsync(string id, ProgramAnswers answers) =>
        await answers.Catalogue.DetailAsync(id) is { } detail
            ? TypedResults.File(CatalogueCsv.Write(new ProgramMessages(detail)), "text/csv; charset=utf-8", $"{id}-messages.csv")
            : Problems.NotFound("program", id);

    static async Task<IResult> ImportAsync(HttpContext context, string id, bool? apply, ProgramAnswers answers, Actors actors, CancellationToken stop)
    {
        if (context.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send CSV", $"Content-Type must be text/csv; it is '{context.Request.ContentType}'.");
        }

        var (expected, stale) = ProgramAnswers.ExpectedIfStated(context);
        if (stale is not null)
        {
            return stale;
        }

        var (text, tooLong) = await ReadAsync(context, stop);
        if (text is null)
        {
            return tooLong!;
        }

        if (await answers.Catalogue.DetailAsync(id) is not { } detail)
        {
            return Problems.NotFound("program", id);
        }

        if (expected is { } read && read != detail.Version)
        {
            return ProgramAnswers.Stale(detail.Version, $"Program '{id}' is at version {detail.Version}, not {read}.");
        }

        var messages = new ProgramMessages(detail);
        var table = CatalogueCsv.Read(text, messages);
        var (program, faults) = table.Faults.Count > 0 ? (null, []) : answers.Check(messages.Bytes(), table.Changes.Where(row => row.Change != "same").Select(row => row.Id).ToHashSet(StringComparer.Ordinal));
        ImportFault[] errors = [.. table.Faults, .. faults.Select(fault => table.Place(fault))];
        var done = new ChangeResult(ChangeStatus.Done, detail.Version, "", "");
        var write = apply == true && errors.Length == 0 && table.Changes.Any(change => change.Change != "same");
        if (write)
        {
            done = await answers.Catalogue.EditAsync(id, ProgramJson.Write(program!), detail.Version, await actors.CardAsync(context, stop));
        }

        return done.Status != ChangeStatus.Done
            ? await answers.AnswerAsync(context, id, done, stop)
            : Wire.Json(new ImportReply(write, done.Version, table.Rows, table.Changes, errors));
    }

    static async ValueTask<(string? Text, Problem? Fault)> ReadAsync(HttpContext context, CancellationToken stop)
    {
        var tooLong = Problems.Of(StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The file is too long", $"A file has at most {MostBytes} bytes; split it.");
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostBytes;
        }

        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, stop);
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)).TrimStart('\uFEFF'), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, Problems.Of(StatusCodes.Status400BadRequest, "invalid_encoding", "The file is not UTF-8", "Save the table as CSV UTF-8 and send it again."));
        }
        catch (BadHttpRequestException)
        {
            return (null, tooLong);
        }
    }
}
