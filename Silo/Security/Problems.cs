using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Aampe.Agents.Silo.Security;

/// <summary>One fault inside a request.</summary>
/// <param name="At">JSON pointer (RFC 6901) to the field, or "" for the whole body.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">Field, value and limit, in words.</param>
public readonly record struct ProblemError(string At, string Code, string Detail);

/// <summary>
/// The one shape of errors on every route but the Segment-compatible ones: <c>application/problem+json</c> (RFC 9457) with a stable
/// <c>code</c>, the <c>traceId</c> and the faults by JSON pointer. <c>return Problems.Of(422, "invalid_program", "Program is not valid", detail, errors)</c>.
/// </summary>
public static class Problems
{
    /// <summary>Start of every <c>type</c>; the code follows. The codes are listed in docs/api.</summary>
    public const string TypePrefix = "urn:aampe-agents:problem:";

    /// <summary>An answer with a problem. Further headers by <see cref="Problem.With"/>.</summary>
    public static Problem Of(int status, string code, string title, string detail, IReadOnlyList<ProblemError>? errors = null) =>
        new(status, code, title, detail, errors ?? []);

    /// <summary>401 with the schemes that would be accepted.</summary>
    public static Problem Unauthorized(string detail) =>
        Of(StatusCodes.Status401Unauthorized, "unauthorized", "A valid key is needed", detail)
            .With("WWW-Authenticate", "Bearer realm=\"aampe-agents\"");

    /// <summary>404; the same for what does not exist and for what belongs to somebody else.</summary>
    public static Problem NotFound(string what, string id) =>
        Of(StatusCodes.Status404NotFound, "not_found", "Not found", $"There is no {what} '{id}'.");

    /// <summary>429 with the whole seconds to wait, at least 1.</summary>
    public static Problem TooMany(string code, string detail, TimeSpan wait)
    {
        var seconds = WholeSeconds(wait);
        return Of(StatusCodes.Status429TooManyRequests, code, "Too many requests", detail).With("Retry-After", seconds).With("X-RateLimit-Reset", seconds);
    }

    internal static string WholeSeconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>An answer in the shape of <see cref="Problems"/>.</summary>
public sealed class Problem : IResult, IStatusCodeHttpResult
{
    readonly List<KeyValuePair<string, StringValues>> headers = [];

    internal Problem(int status, string code, string title, string detail, IReadOnlyList<ProblemError> errors) =>
        (Status, Code, Title, Detail, Errors) = (status, code, title, detail, errors);

    public int Status { get; }

    public string Code { get; }

    public string Title { get; }

    public string Detail { get; }

    public IReadOnlyList<ProblemError> Errors { get; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>Adds a header to the answer.</summary>
    public Problem With(string header, string value)
    {
        headers.Add(new(header, value));
        return this;
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        foreach (var (name, value) in headers)
        {
            response.Headers[name] = value;
        }

        await using (var writer = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            Write(writer, httpContext);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    void Write(Utf8JsonWriter writer, HttpContext context)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Problems.TypePrefix + Code);
        writer.WriteString("title", Title);
        writer.WriteNumber("status", Status);
        writer.WriteString("code", Code);
        writer.WriteString("detail", Detail);
        writer.WriteString("instance", context.Request.PathBase + context.Request.Path);
        writer.WriteString("traceId", Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        writer.WriteStartArray("errors");
        foreach (var error in Errors)
        {
            writer.WriteStartObject();
            writer.WriteString("pointer", error.At);
            writer.WriteString("code", error.Code);
            writer.WriteString("detail", error.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
