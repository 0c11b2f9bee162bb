using System.Text.Json;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Silo.Security;

namespace Aampe.Agents.Silo.Api;

/// <summary>Bodies of routes that host apps call: unknown fields are passed over, no body is an empty one.</summary>
static class Bodies
{
    static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web) { MaxDepth = 32 };
    static readonly JsonDocumentOptions Depth = new() { MaxDepth = 32 };

    /// <summary>A body read once: its value, and the hash of its canonical form for idempotency.</summary>
    public static async ValueTask<(T? Value, string Hash, Problem? Fault)> ReadAsync<T>(HttpContext context)
        where T : class, new()
    {
        if (context.Request.ContentLength is 0 || (context.Request.ContentLength is null && context.Request.ContentType is null))
        {
            return (new T(), "", null);
        }

        if (!context.Request.HasJsonContentType())
        {
            return (null, "", Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send JSON", $"Content-Type must be application/json; it is '{context.Request.ContentType}'."));
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, Depth, context.RequestAborted);
            // An array or a text is JSON too, but not a question.
            return document.RootElement.Deserialize<T>(Lenient) is { } value
                ? (value, RecordHash.Of(CanonicalJson.Serialize(document.RootElement)), null)
                : (null, "", Malformed("", "The body is null."));
        }
        catch (JsonException cause)
        {
            return (null, "", JsonFaults.Of(cause));
        }
        catch (Exception cause) when (cause is ArgumentException or InvalidOperationException)
        {
            return (null, "", Malformed("", "The body holds a number beyond double precision, or half of a surrogate pair."));
        }
        catch (BadHttpRequestException cause)
        {
            return (null, "", Problems.Of(cause.StatusCode, cause.StatusCode == StatusCodes.Status413PayloadTooLarge ? "payload_too_large" : "invalid_request", "The body cannot be read", "The body is too long or was cut."));
        }
    }

    /// <summary>All bytes of a body, for documents that have their own reader.</summary>
    public static async ValueTask<(byte[] Bytes, Problem? Fault)> BytesAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return ([], Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send JSON", $"Content-Type must be application/json; it is '{context.Request.ContentType}'."));
        }

        using var buffer = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        }
        catch (BadHttpRequestException cause)
        {
            return ([], Problems.Of(cause.StatusCode, "payload_too_large", "The body cannot be read", "The body is too long or was cut."));
        }

        return (buffer.ToArray(), null);
    }

    static Problem Malformed(string pointer, string detail) =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body cannot be read", detail, [new(pointer, "invalid_json", detail)]);
}
