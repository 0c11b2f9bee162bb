using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Silo.Security;

/// <summary>Bodies of routes that refuse what they do not know.</summary>
public static class JsonBody
{
    /// <summary>Longest body of a route that is not ingest.</summary>
    public const int MaxBytes = 1_048_576;

    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a JSON body into <typeparamref name="T"/>, or says what is wrong with it.</summary>
    public static async ValueTask<(T? Value, Problem? Fault)> ReadAsync<T>(HttpContext context)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasJsonContentType())
        {
            return (null, Problems.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send JSON", $"Content-Type must be application/json; it is '{context.Request.ContentType}'."));
        }

        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Strict, context.RequestAborted);
            return value is null ? (null, Malformed("", "The body is null.")) : (value, null);
        }
        catch (JsonException cause)
        {
            return (null, JsonFaults.Of(cause));
        }
        catch (InvalidOperationException)
        {
            return (null, Malformed("", "The body holds half of a surrogate pair; it is no Unicode text."));
        }
        catch (BadHttpRequestException cause)
        {
            return (null, Problems.Of(cause.StatusCode, cause.StatusCode == StatusCodes.Status413PayloadTooLarge ? "payload_too_large" : "invalid_request", "The body cannot be read", $"The body must have at most {MaxBytes} bytes."));
        }
    }

    static Problem Malformed(string pointer, string detail) =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid_json", "The body cannot be read", detail, [new(pointer, "invalid_json", detail)]);
}
