using Aampe.Agents.Silo.Security;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Sqlite;
using Aampe.Agents.Storage.State;
using Microsoft.AspNetCore.Diagnostics;

namespace Aampe.Agents.Silo.Api;

/// <summary>What nobody caught, as a problem: 503 where asking again may help, else 500; never a stack, a path or the name of a type.</summary>
sealed class Faults(ILogger<Faults> log) : IExceptionHandler
{
    static readonly TimeSpan Again = TimeSpan.FromSeconds(1), Mended = TimeSpan.FromSeconds(10);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            return true;
        }

        await Problem(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    Problem Problem(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case BadHttpRequestException bad:
                return Problems.Of(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "payload_too_large" : "invalid_request", "The request cannot be read", "The request is malformed, too long, or was cut.");
            case StoreUnavailableException down:
                ApiLog.StoreAway(log, context.Request.Method, context.Request.Path, down.Message);
                return StoreAway(down.RetryAfter);
            case StoreSettingException or StoreMismatchException:
                // The operator mends it at the store (a password that was changed there, a table that is gone) while this silo runs.
                ApiLog.StoreRefuses(log, context.Request.Method, context.Request.Path, fault.Message);
                return StoreAway(Mended);
            case PartitionLostException or VersionConflictException or RulesLeaseException or OrleansException or TimeoutException or SqliteFailureException or OperationCanceledException:
                ApiLog.Unavailable(log, context.Request.Method, context.Request.Path, fault);
                return Problems.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", "Not available right now", "The request could not be finished; what became of it is not known. Ask again; with the same Idempotency-Key or messageId nothing happens twice.")
                    .With("Retry-After", Again.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
            default:
                ApiLog.Failed(log, context.Request.Method, context.Request.Path, fault);
                return Problems.Of(StatusCodes.Status500InternalServerError, "internal_error", "Something is wrong with the silo", "The request failed; the operator finds it by its traceId.");
        }
    }

    static Problem StoreAway(TimeSpan again) =>
        Problems.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", "The store does not answer right now", "Nothing was confirmed; what became of the request is not known. Ask again; with the same Idempotency-Key or messageId nothing happens twice.")
            .With("Retry-After", Math.Max(1, Math.Ceiling(again.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>Statuses that come without a body, such as those of a path or method that does not exist.</summary>
static class BareStatuses
{
    public static async Task FillAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (!http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            if (http.Response.StatusCode == StatusCodes.Status404NotFound && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            {
                http.Response.ContentType = "text/html; charset=utf-8";
                await http.Response.WriteAsync("<!doctype html><html lang=\"en\"><title>No such page</title><h1>There is no such page</h1><p><a href=\"/\">To the console</a> · <a href=\"/docs\">API reference</a></p></html>");
            }

            return;
        }

        var status = http.Response.StatusCode;
        var (code, title) = status switch
        {
            StatusCodes.Status400BadRequest => ("invalid_request", "The request cannot be read"),
            StatusCodes.Status404NotFound => ("not_found", "Not found"),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "Method not allowed"),
            StatusCodes.Status415UnsupportedMediaType => ("unsupported_media_type", "Send JSON"),
            _ => ("http_" + status.ToString(System.Globalization.CultureInfo.InvariantCulture), "The request was refused"),
        };
        await Problems.Of(status, code, title, $"{http.Request.Method} {http.Request.Path} was refused with status {status}.").ExecuteAsync(http);
    }
}
