using System.Text.Json;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Silo.Security;
using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>Events that could not be taken: read them, fix them, send them again. A replay keeps the event's own time.</summary>
public static class DeadLetterEndpoints
{
    const int Most = 500;

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/dead-letters", (IDeadLetters letters, string? source = null, string? reason = null, string? after = null, int limit = 50, CancellationToken stop = default) => ListAsync(letters, source, reason, after, limit, stop))
            .RequireScope("admin:dead-letters").WithTags("Events").WithSummary("Events that could not be taken, newest first");
        endpoints.MapGet("/v1/sources/{id}/dead-letters", (string id, IDeadLetters letters, string? reason = null, string? after = null, int limit = 50, CancellationToken stop = default) => ListAsync(letters, id, reason, after, limit, stop))
            .RequireScope("admin:dead-letters").WithTags("Events").WithSummary("The same for one source");
        endpoints.MapPost("/v1/dead-letters/{id}/replay", ReplayAsync)
            .RequireScope("admin:dead-letters").WithTags("Events").WithSummary("Send a dead letter again, as it is or corrected");
    }

    static async Task<IResult> ListAsync(IDeadLetters letters, string? source, string? reason, string? after, int limit, CancellationToken stop)
    {
        if (limit is < 1 or > Most)
        {
            return Problems.Of(400, "malformed", "The request cannot be read", $"limit must be 1 to {Most}; was {limit}.");
        }

        if (after is not null && (after.Length > 100 || await letters.FindAsync(AgentKey.DefaultTenant, after, stop) is null))
        {
            return Api.Paging.UnknownAfter(after);
        }

        var found = await letters.ListAsync(AgentKey.DefaultTenant, source, reason, after, limit, stop);
        return Results.Json(new { items = found.Select(View), next = found.Count == limit ? found[^1].Id : null });
    }

    static async Task<IResult> ReplayAsync(string id, HttpContext context, IDeadLetters letters, EventIntake intake, RequestBody bodies, IClock clock, CancellationToken stop)
    {
        if (await letters.FindAsync(AgentKey.DefaultTenant, id, stop) is not { } letter)
        {
            return Problems.NotFound("dead letter", id);
        }

        if (letter.ReplayedAt is { } already)
        {
            return Problems.Of(409, "already_replayed", "It was replayed before", $"Dead letter '{id}' was replayed at {already}.");
        }

        if (letter.Payload.IsEmpty)
        {
            return Problems.Of(409, "nothing_kept", "Nothing of the event was kept", $"Dead letter '{id}' has the reason {letter.Reason}: nothing of such an event is kept, so there is nothing to send again.");
        }

        var (body, fault) = await bodies.ReadAsync(context, JsonBody.MaxBytes, stop);
        if (fault != BodyFault.None)
        {
            return Problems.Of(400, "malformed", "The body cannot be read", $"Send the corrected event as JSON, or no body at all ({fault}).");
        }

        if (!TryEvent(body.Length > 0 ? body : letter.Payload, out var one, out var why))
        {
            return Problems.Of(400, "invalid_json", "The body cannot be read", why);
        }

        // The letter says how far its source is trusted; who fixes it does not lend it more.
        var caller = new Caller(CallerKind.Server, "replay", letter.Source, letter.Trusted, []);
        var counts = await intake.TakeAsync([one], null, null, caller, keepRefused: false, atomic: true, stop);
        if (counts.Refused is [var refused])
        {
            return Problems.Of(422, "events_refused", "The event is still not valid", refused.Detail, [new ProblemError("", refused.Code, refused.Detail)]);
        }

        await letters.MarkReplayedAsync(AgentKey.DefaultTenant, id, clock.Now, stop);
        return Results.Json(new { id, accepted = counts.Accepted, duplicates = counts.Duplicates, replayedAt = clock.Now.ToString() });
    }

    static bool TryEvent(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> one, out string why)
    {
        (one, why) = (default, "");
        try
        {
            one = EventBatch.Single(body).Events[0];
            return true;
        }
        catch (JsonException)
        {
            why = "The event must be one JSON object; send a corrected one.";
            return false;
        }
    }

    static object View(DeadLetter letter) => new
    {
        id = letter.Id,
        source = letter.Source,
        reason = letter.Reason,
        detail = letter.Detail,
        at = letter.At.ToString(),
        messageId = letter.MessageId,
        payload = letter.Payload.IsEmpty ? (JsonElement?)null : Payload(letter.Payload),
        replayedAt = letter.ReplayedAt?.ToString(),
    };

    // What was no JSON is shown as the text it was.
    static JsonElement Payload(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = EventScan.MaxDepth });
            // Halves of surrogate pairs parse and cannot be written again: seen here, not in the middle of an answer.
            _ = JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(payload.Span));
        }
    }
}
