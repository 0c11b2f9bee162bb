using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Api;

/// <summary>JSON of replies: camelCase, nulls stated, letters of all languages as they are.</summary>
static class Wire
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, Options, statusCode: status);

    /// <summary>JSON that is there already as bytes.</summary>
    public static IResult Raw(ReadOnlyMemory<byte> utf8) => Results.Bytes(utf8, "application/json; charset=utf-8");

    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static JsonObject Object(ReadOnlyMemory<byte> utf8) => JsonNode.Parse(utf8.Span)!.AsObject();

    public static JsonArray Array(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? [] : JsonNode.Parse(utf8.Span)!.AsArray();

    public static string? Text(this JsonObject record, string name) => record[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static double? Number(this JsonObject record, string name) => record[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonObject record, string name) =>
        record.Text(name) is { } text ? DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
