using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;
using Aampe.Agents.Storage.Auditing;
using Microsoft.AspNetCore.Http.Features;

namespace Aampe.Agents.Silo.Api;

/// <summary>What is wrong with a row; the heading is row 1.</summary>
public sealed record ImportFault(int Row, string Column, string Code, string Detail);

/// <summary>What an import came to.</summary>
/// <param name="Rows">Sound rows.</param>
/// <param name="Granted">Grants among them.</param>
/// <param name="Denied">Denials among them.</param>
/// <param name="Applied">Whether they were taken down; false on a dry run.</param>
/// <param name="Errors">Everything that is wrong, at most 200 faults.</param>
public sealed record ConsentImportReply(int Rows, int Granted, int Denied, bool Applied, IReadOnlyList<ImportFault> Errors);

/// <summary><c>POST /v1/consent/import</c>: a CSV file; a dry run unless <c>?apply=true</c>.</summary>
static class ConsentImportEndpoint
{
    const int MaxBytes = 4 * 1_048_576, Parallel = 16;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/consent/import", HandleAsync).RequireScope(Scopes.ConsentWrite)
        .WithTags("Audiences").WithName("ImportConsent").WithSummary("Consent out of a CSV file: what it says and what is wrong with it, row by row; taken down with ?apply=true if every row is sound")
        .WithDescription("Columns userId, channel, purpose, status, at, source, proof; a grant needs its proof. Up to 10,000 rows and 4 MB. Sending a file again changes nothing more where its rows state their time.")
        .Accepts<string>("text/csv").Produces<ConsentImportReply>().Refuses(400, 401, 403, 413, 415, 422);

    static async Task<IResult> HandleAsync(HttpContext context, bool? apply, IGrainFactory grains, IClock clock, IAuditLog audit, Actors actors, CancellationToken stop)
    {
        var (text, unreadable) = await TextAsync(context, stop);
        if (unreadable is not null)
        {
            return unreadable;
        }

        var (rows, errors) = ConsentCsv.Read(text, clock.Now);
        if (apply == true && errors.Count > 0)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "invalid_consent", "Rows are not valid", $"Nothing was taken down: row {errors[0].Row}{(errors[0].Column.Length > 0 ? ", " + errors[0].Column : "")}: {errors[0].Detail}{(errors.Count > 1 ? $" ({errors.Count - 1} more in errors)" : "")}",
                [.. errors.Select(one => new ProblemError($"/rows/{one.Row}{(one.Column.Length > 0 ? "/" + one.Column : "")}", one.Code, one.Detail))]);
        }

        var applied = apply == true;
        if (applied)
        {
            // Rows of one user in their order; users beside each other.
            await System.Threading.Tasks.Parallel.ForEachAsync(
                rows.GroupBy(row => row.UserId, StringComparer.Ordinal),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stop },
                async (user, _) =>
                {
                    var agent = grains.GetGrain<IUserAgent>(AgentKey.User(AgentKey.DefaultTenant, user.Key).ToString());
                    foreach (var row in user)
                    {
                        await agent.SetConsentAsync(new ConsentStatement(row.Entry.Channel, row.Entry.Purpose, row.Entry.Status, row.Entry.At, row.Entry.Source, row.Entry.Proof));
                    }
                });
            await audit.AppendAsync(AgentKey.DefaultTenant, actors.Note(context, "consent.imported", "consent", "import", summary: $"{rows.Count} statements"), stop);
        }

        var reply = new ConsentImportReply(
            rows.Count, rows.Count(row => row.Entry.Status == "granted"), rows.Count(row => row.Entry.Status == "denied"), applied, [.. errors.Select(one => new ImportFault(one.Row, one.Column, one.Code, one.Detail))]);
        return Wire.Json(reply);
    }

    static async Task<(string Text, Problem? Fault)> TextAsync(HttpContext context, CancellationToken stop)
    {
        if (context.Request.ContentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) != true)
        {
            return ("", Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send CSV", $"Content-Type must be text/csv; it is '{context.Request.ContentType}'."));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            using var reader = new StreamReader(context.Request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return (await reader.ReadToEndAsync(stop), null);
        }
        catch (DecoderFallbackException)
        {
            return ("", Problems.Of(StatusCodes.Status400BadRequest, "malformed", "The file cannot be read", "The file is no UTF-8 text; save it as UTF-8."));
        }
        catch (BadHttpRequestException cause)
        {
            return ("", Problems.Of(cause.StatusCode, cause.StatusCode == StatusCodes.Status413PayloadTooLarge ? "payload_too_large" : "malformed", "The file cannot be read", $"The file must have at most {MaxBytes} bytes."));
        }
    }
}
