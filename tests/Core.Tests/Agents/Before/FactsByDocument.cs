using System.Globalization;
using System.Text.Json;
using Aampe.Agents.Core.Agents;

namespace Aampe.Agents.Core.Tests.Agents.Before;

/// <summary>The facts of a payload as releases read them that made a document of each: the way to say what they are.</summary>
sealed class FactsByDocument
{
    const int MostTraits = EventFacts.MostTraits, LongestTrait = EventFacts.LongestTrait;
    static readonly JsonSerializerOptions compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>properties.value, revenue or total; null when there is none.</summary>
    public double? Value { get; private init; }

    /// <summary>properties.decisionId, or the aid of a link; null when there is none.</summary>
    public string? DecisionId { get; private init; }

    /// <summary>properties.channel; null when there is none.</summary>
    public string? Channel { get; private init; }

    /// <summary>properties.deadAddress; null when there is none.</summary>
    public string? DeadAddress { get; private init; }

    /// <summary>context.timezone or traits.timezone; null when there is none or it is no IANA id.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>context.device.token; null when there is none.</summary>
    public string? DeviceToken { get; private init; }

    /// <summary>anonymousId; null when there is none.</summary>
    public string? AnonymousId { get; private init; }

    /// <summary>previousId of an alias; null when there is none.</summary>
    public string? PreviousId { get; private init; }

    /// <summary>Traits as JSON text; null trait = remove it.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Traits { get; private init; } = [];

    /// <summary>Reads a payload that ingest has validated.</summary>
    public static FactsByDocument Read(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        var properties = Child(root, "properties");
        var context = Child(root, "context");
        var traits = Child(root, "traits");
        return new FactsByDocument
        {
            Value = Number(properties, "value") ?? Number(properties, "revenue") ?? Number(properties, "total"),
            DecisionId = Text(properties, "decisionId") ?? Text(properties, "aid"),
            Channel = Text(properties, "channel"),
            DeadAddress = Text(properties, "deadAddress"),
            TimeZone = Zone(Text(context, "timezone")) ?? Zone(Text(traits, "timezone")),
            DeviceToken = Text(Child(context, "device"), "token"),
            AnonymousId = Text(root, "anonymousId"),
            PreviousId = Text(root, "previousId"),
            Traits = ReadTraits(traits),
        };
    }

    static string? Zone(string? id) => id is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out _) ? id : null;

    static List<KeyValuePair<string, string?>> ReadTraits(JsonElement traits)
    {
        var read = new List<KeyValuePair<string, string?>>();
        if (traits.ValueKind != JsonValueKind.Object)
        {
            return read;
        }

        foreach (var trait in traits.EnumerateObject())
        {
            if (read.Count == MostTraits)
            {
                break;
            }

            if (trait.Value.ValueKind is JsonValueKind.Null)
            {
                read.Add(new(trait.Name, null));
            }
            else if (trait.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && Written(trait.Value) is { Length: <= LongestTrait } text)
            {
                read.Add(new(trait.Name, text));
            }
        }

        return read;
    }

    // One way of writing a text, whatever the client escaped: conditions compare what is written.
    static string Written(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? JsonSerializer.Serialize(value.GetString(), compact) : value.GetRawText();

    static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    static string? Text(JsonElement parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;

    static double? Number(JsonElement parent, string name)
    {
        var child = Child(parent, name);
        return child.ValueKind switch
        {
            JsonValueKind.Number when child.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonValueKind.String when double.TryParse(child.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => null,
        };
    }
}
