using System.Globalization;
using System.Text;
using System.Text.Json;
using Aampe.Agents.Silo.Security;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Ingest;

/// <summary>The Segment-compatible routes: what real clients post without a change. A bad event never costs a good one.</summary>
public static class IngestEndpoints
{
    static readonly (string Route, string? Type)[] routes =
    [
        ("/v1/batch", null), ("/v1/b", null), ("/v1/import", null),
        ("/v1/track", "track"), ("/v1/t", "track"), ("/v1/identify", "identify"), ("/v1/i", "identify"), ("/v1/page", "page"), ("/v1/p", "page"),
        ("/v1/screen", "screen"), ("/v1/s", "screen"), ("/v1/group", "group"), ("/v1/g", "group"), ("/v1/alias", "alias"), ("/v1/a", "alias"),
    ];

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (route, type) in routes)
        {
            var isBatch = type is null;
            endpoints.MapPost(route, (HttpContext context, RequestBody bodies, EventIntake intake, KeyRing keys, SourceRates rates, IOptions<IngestOptions> options, CancellationToken stop) =>
                    TakeAsync(context, isBatch, type, bodies, intake, keys, rates, options.Value, stop))
                .WithTags("Ingest (Segment)")
                .WithSummary(isBatch ? "Many events of any type, as Segment clients send them" : $"One {type} event, as Segment clients send it")
                .WithDescription("With a write key. 200 when durable, also when single events are bad: they become dead letters, and Aampe-Ingest counts them (docs/api/ingest.md).")
                .Accepts<System.Text.Json.Nodes.JsonObject>("application/json", "text/plain")
                .Produces(200).Produces(400).Produces(401).Produces(403).Produces(413).Produces(415).Produces(429).Produces(503);
        }
    }

    static async Task<IResult> TakeAsync(
        HttpContext context, bool isBatch, string? type, RequestBody bodies, EventIntake intake, KeyRing keys, SourceRates rates, IngestOptions options, CancellationToken stop)
    {
        var limit = isBatch ? options.RequestBytes : options.EventBytes;
        var (body, fault) = await bodies.ReadAsync(context, limit, stop);
        if (fault != BodyFault.None)
        {
            return Refuse(context, fault, limit);
        }

        EventBatch batch;
        try
        {
            batch = isBatch ? EventBatch.Cut(body) : EventBatch.Single(body);
        }
        catch (JsonException error)
        {
            return Fault(400, new { success = false, code = "invalid_json", message = Plain(error), line = (error.LineNumber ?? 0) + 1, column = (error.BytePositionInLine ?? 0) + 1 });
        }

        if (await CallerAsync(context, batch, isBatch, body, keys, stop) is not { } match)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"write key\"";
            return Fault(401, new { success = false, code = "invalid_write_key" });
        }

        if (batch.Events.Count > options.BatchEvents)
        {
            return Fault(413, new { success = false, code = "payload_too_large", limitEvents = options.BatchEvents });
        }

        if (!OriginAllowed(context, match.Source))
        {
            return Fault(403, new { success = false, code = "origin_not_allowed" });
        }

        if (rates.Wait(match.Source, batch.Events.Count) is { } wait)
        {
            return Slow(context, wait);
        }

        try
        {
            var counts = await intake.TakeAsync(batch.Events, type, batch.SentAt, Caller.Of(match), keepRefused: true, atomic: false, stop);
            context.Response.Headers["Aampe-Ingest"] = string.Create(CultureInfo.InvariantCulture, $"accepted={counts.Accepted},duplicate={counts.Duplicates},dead={counts.Refused.Count}");
            return Results.Json(new { success = true });
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            IngestLog.AppendFailed(context.RequestServices.GetRequiredService<ILogger<EventIntake>>(), error);
            context.Response.Headers.RetryAfter = "1";
            return Fault(503, new { success = false, code = "not_durable" });
        }
    }

    static async Task<KeyMatch?> CallerAsync(HttpContext context, EventBatch batch, bool isBatch, ReadOnlyMemory<byte> body, KeyRing keys, CancellationToken stop)
    {
        var presented = Presented(context.Request) ?? batch.WriteKey ?? (isBatch ? null : EventScan.Of(body.Span).WriteKey);
        if (presented is null && isBatch && batch.Events.Count > 0 && batch.Events[0].Span[0] == (byte)'{')
        {
            presented = EventScan.Of(batch.Events[0].Span).WriteKey;
        }

        var match = presented is null ? null : await keys.FindAsync(presented, stop);
        // A server key is a secret: it counts as Bearer only, never out of an address or a body, where logs would keep it.
        var secretly = context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);
        return match is { Key.Kind: KeyKind.Write } || (secretly && match is not null && Scopes.Include(match.Key.Scopes, Scopes.Ingest)) ? match : null;
    }

    static string? Presented(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[header.Length];
            return Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : "";
        }

        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header[7..].Trim();
        }

        return request.Query["writeKey"].ToString() is { Length: > 0 } query ? query : null;
    }

    static bool OriginAllowed(HttpContext context, EventSource source)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return true;
        }

        if (source.AllowedOrigins.Count > 0 && !source.AllowedOrigins.Contains(origin))
        {
            return false;
        }

        context.Response.Headers.AccessControlAllowOrigin = origin;
        context.Response.Headers.Vary = "Origin";
        return true;
    }

    static IResult Refuse(HttpContext context, BodyFault fault, int limit) => fault switch
    {
        BodyFault.TooLarge => Fault(413, new { success = false, code = "payload_too_large", limitBytes = limit }),
        BodyFault.UnsupportedType => Fault(415, new { success = false, code = "unsupported_media_type", message = "Send application/json, or text/plain that holds JSON." }),
        BodyFault.UnsupportedEncoding => Fault(415, new { success = false, code = "unsupported_encoding", message = "Content-Encoding may be gzip or nothing." }),
        BodyFault.Pressed => Slow(context, TimeSpan.FromSeconds(1)),
        _ => Fault(400, new { success = false, code = "invalid_gzip", message = "The body says gzip and is not." }),
    };

    static IResult Slow(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = seconds;
        context.Response.Headers["X-RateLimit-Reset"] = seconds;
        return Fault(429, new { success = false, code = "too_many_requests" });
    }

    // The message of the parser repeats path and place, which have fields of their own.
    static string Plain(JsonException error) => error.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];

    static IResult Fault<T>(int status, T body) => Results.Json(body, statusCode: status);
}

internal static partial class IngestLog
{
    [LoggerMessage(601, LogLevel.Error, "Events could not be made durable; the client was told to try again")]
    public static partial void AppendFailed(ILogger log, Exception error);
}
