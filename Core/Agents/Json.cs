using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Short forms for building JSON.</summary>
internal static class Json
{
    /// <summary>No white space; letters of other scripts as they are.</summary>
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonNode? Of(Instant? at) => at is { } known ? JsonValue.Create(known.ToString()) : null;

    public static JsonNode? Of(double? number) => number is { } known && double.IsFinite(known) ? JsonValue.Create(known) : null;

    public static JsonNode? OrNull(string text) => text.Length > 0 ? JsonValue.Create(text) : null;

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    public static JsonArray Texts(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode?)JsonValue.Create(item))]);
}
