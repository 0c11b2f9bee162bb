using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aampe.Agents.Core.Auditing;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Silo.Security.People;
using Aampe.Agents.Storage.Auditing;
using Microsoft.AspNetCore.Mvc;

namespace Aampe.Agents.Silo.Api;

/// <summary>An entry of the audit trail.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Hash">Hex of its hash, which the next one holds.</param>
public sealed record AuditItem(long Number, string At, string Actor, string Act, string Kind, [property: JsonPropertyName("object")] string Subject, string? From, string? To, string? Reason, string? Summary, string Hash);

/// <summary>Whether the chain holds.</summary>
/// <param name="Entries">Entries that were looked at.</param>
/// <param name="Head">Hex of the newest hash: keep it elsewhere, and nobody can shorten the trail unseen.</param>
/// <param name="BrokenAt">First entry that does not follow; null when all do.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record AuditVerdict(bool Intact, long Entries, string? Head, long? BrokenAt, string? Fault);

/// <summary><c>/v1/audit</c>.</summary>
static class AuditEndpoint
{
    const int Page = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/v1/audit").RequireScope(Scopes.Console).WithTags("Audit");
        audit.MapGet("", ListAsync).WithName("Audit").WithSummary("Who did what, newest first; by actor, kind and object; user=ID for what was done with one user").Produces<PageOf<AuditItem>>().Refuses(400, 401, 403);
        audit.MapGet("/verify", VerifyAsync).WithName("VerifyAudit").WithSummary("Compute the whole chain anew").Produces<AuditVerdict>().Refuses(401, 403);
        audit.MapGet("/export", ExportAsync).WithName("ExportAudit").WithSummary("The whole trail, oldest first, one JSON object a line").Produces<string>(contentType: "application/x-ndjson").Refuses(401, 403);
    }

    static async Task<IResult> ListAsync(string? actor, string? kind, [FromQuery(Name = "object")] string? subject, string? user, HttpContext context, PersonReads reads, string? after, IAuditLog log, CancellationToken stop)
    {
        var (limit, fault) = Paging.Limit(context);
        if (fault is not null)
        {
            return fault;
        }

        var below = long.MaxValue;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out below))
        {
            return Paging.UnknownAfter(after);
        }

        // A user stands in the trail as a keyed hash: whoever knows the id finds who looked.
        var named = user is { Length: > 0 } ? await reads.NameAsync(user, stop) : subject;
        var found = await log.ListAsync(AgentKey.DefaultTenant, new AuditFilter(actor, kind, named), below, limit, stop);
        return Wire.Json(new PageOf<AuditItem>([.. found.Select(Item)], found.Count == limit ? found[^1].Number.ToString(CultureInfo.InvariantCulture) : null));
    }

    static async Task<IResult> VerifyAsync(IAuditLog log, CancellationToken stop)
    {
        AuditEntry? last = null;
        await foreach (var entry in AllAsync(log, stop))
        {
            if (AuditChain.Fault(last, entry) is { } fault)
            {
                return Wire.Json(new AuditVerdict(false, last?.Number ?? 0, last is null ? null : Hex(last.Hash), entry.Number, fault));
            }

            last = entry;
        }

        return Wire.Json(new AuditVerdict(true, last?.Number ?? 0, last is null ? null : Hex(last.Hash), null, null));
    }

    static async Task ExportAsync(HttpContext context, IAuditLog log, CancellationToken stop)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"audit.ndjson\"";
        await foreach (var entry in AllAsync(log, stop))
        {
            var line = $$"""{"number":{{entry.Number}},"previous":"{{Hex(entry.Previous)}}","hash":"{{Hex(entry.Hash)}}","note":{{Encoding.UTF8.GetString(entry.Note.Span)}}}""" + "\n";
            await context.Response.WriteAsync(line, stop);
        }
    }

    static async IAsyncEnumerable<AuditEntry> AllAsync(IAuditLog log, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (long above = 0; ;)
        {
            var found = await log.ReadAsync(AgentKey.DefaultTenant, above, Page, stop);
            foreach (var entry in found)
            {
                yield return entry;
            }

            if (found.Count < Page)
            {
                yield break;
            }

            above = found[^1].Number;
        }
    }

    static AuditItem Item(AuditEntry entry)
    {
        var note = JsonElement.Parse(entry.Note.Span);
        string? Of(string name) => note.GetProperty(name).GetString();
        return new AuditItem(entry.Number, Of("at")!, Of("actor")!, Of("act")!, Of("kind")!, Of("object")!, Of("from"), Of("to"), Of("reason"), Of("summary"), Hex(entry.Hash));
    }

    static string Hex(ReadOnlyMemory<byte> hash) => Convert.ToHexStringLower(hash.Span);
}
