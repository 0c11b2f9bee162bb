using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>Reads fields that may be absent: an absent one is nothing, never zero.</summary>
static class Lax
{
    internal static string? Text(this JsonElement json, string name) =>
        json.Find(name) is { } field ? field.ValueKind == JsonValueKind.String ? field.GetString() : field.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? field.GetRawText() : null : null;

    internal static double? Number(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.Number } field ? field.GetDouble() : null;

    internal static bool? Flag(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } field ? field.GetBoolean() : null;

    internal static DateTimeOffset? Moment(this JsonElement json, string name) =>
        json.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    internal static IReadOnlyList<JsonElement> Items(this JsonElement json, string name) => json.Find(name) is { ValueKind: JsonValueKind.Array } field ? [.. field.EnumerateArray()] : [];

    internal static IReadOnlyList<double> Numbers(this JsonElement json, string name) => [.. json.Items(name).Where(one => one.ValueKind == JsonValueKind.Number).Select(one => one.GetDouble())];

    internal static JsonElement? Find(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;

    /// <summary>Fields that a client's record has no property for, as one object.</summary>
    internal static JsonElement Whole(this IDictionary<string, JsonElement> more) =>
        JsonSerializer.SerializeToElement(new JsonObject(more.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonNode.Parse(pair.Value.GetRawText())))));

    /// <summary>A value as a person reads it: text bare, the rest as JSON.</summary>
    internal static string Shown(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
