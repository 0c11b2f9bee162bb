using System.Text.Json;
using Aampe.Agents.Silo.Api;
using Aampe.Agents.Silo.Pump;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>The strict route: says exactly what happened to each event.</summary>
public static class StrictEndpoint
{
    const int MostEvents = 1_000;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/v1/events", TakeAsync).RequireScope(Scopes.Ingest).WithTags("Events").WithSummary("Up to 1,000 events as a JSON array or as lines of JSON; each fault is named")
            .Accepts<System.Text.Json.Nodes.JsonArray>("application/json", "application/x-ndjson").Produces(200).Produces(202).Refuses(400, 401, 403, 413, 415, 422, 429);

    static async Task<IResult> TakeAsync(
        HttpContext context, RequestBody bodies, EventIntake intake, PumpBarrier pump, IOptions<IngestOptions> options, TimeProvider time, bool atomic = false, string? wait = null, CancellationToken stop = default)
    {
        if (wait is not (null or "applied"))
        {
            return Problems.Of(400, "malformed", "The request cannot be read", $"wait may be 'applied'; was '{wait}'.");
        }

        var (body, fault) = await bodies.ReadAsync(context, options.Value.RequestBytes, stop);
        if (fault != BodyFault.None)
        {
            return Refuse(fault, options.Value.RequestBytes);
        }

        EventBatch batch;
        try
        {
            batch = EventBatch.List(body);
        }
        catch (JsonException error)
        {
            return Problems.Of(400, "invalid_json", "The body cannot be read", $"Neither a JSON array nor lines of JSON: line {(error.LineNumber ?? 0) + 1}, column {(error.BytePositionInLine ?? 0) + 1}.");
        }

        if (batch.Events.Count > MostEvents)
        {
            return Problems.Of(413, "payload_too_large", "Too many events", $"A request may have {MostEvents} events; this one has {batch.Events.Count}.");
        }

        var counts = await intake.TakeAsync(batch.Events, null, null, context.Caller(), keepRefused: false, atomic, stop);
        if (atomic && counts.Refused.Count > 0)
        {
            return Problems.Of(422, "events_refused", "Nothing was stored", $"{counts.Refused.Count} of {batch.Events.Count} events are not valid and the request is atomic.",
                [.. counts.Refused.Select(one => new ProblemError($"/{one.Index}", one.Code, one.Detail))]);
        }

        var done = wait is null ? null : await AppliedAsync(pump, time, stop);
        return Results.Json(
            new { accepted = counts.Accepted, duplicates = counts.Duplicates, rejected = counts.Refused, pending = done == false ? counts.Accepted : (int?)null },
            statusCode: done == true ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    static async Task<bool?> AppliedAsync(PumpBarrier pump, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await pump.WaitAppliedAsync(both.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    static Problem Refuse(BodyFault fault, int limit) => fault switch
    {
        BodyFault.TooLarge => Problems.Of(413, "payload_too_large", "The body is too large", $"A request may have {limit} bytes after inflation."),
        BodyFault.UnsupportedType => Problems.Of(415, "unsupported_media_type", "Send JSON", "Content-Type must be application/json or application/x-ndjson."),
        BodyFault.UnsupportedEncoding => Problems.Of(415, "unsupported_encoding", "Send plain or gzip", "Content-Encoding may be gzip or nothing."),
        BodyFault.Pressed => Problems.TooMany("too_many_requests", "The silo is pressed; try again.", TimeSpan.FromSeconds(1)),
        _ => Problems.Of(400, "invalid_gzip", "The body cannot be read", "The body says gzip and is not."),
    };
}
