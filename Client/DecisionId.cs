using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>Id of one decision, <c>dec_…</c>: follows it from the choice to the effect.</summary>
[JsonConverter(typeof(DecisionIdConverter))]
public readonly record struct DecisionId(string Value)
{
    readonly string? value = Value;

    /// <summary>The id as text; empty for the default.</summary>
    public string Value => value ?? "";

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A decision id travels as its text.</summary>
sealed class DecisionIdConverter : JsonConverter<DecisionId>
{
    public override DecisionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, DecisionId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
