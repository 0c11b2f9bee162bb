using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aampe.Agents.Client;

/// <summary>An answer that carries more than its named properties.</summary>
public abstract record OpenRecord
{
    /// <summary>Every field without a property of its own.</summary>
    [JsonExtensionData]
    [SuppressMessage("Usage", "CA2227", Justification = "The serialiser sets extension data; it takes no init accessor.")]
    public IDictionary<string, JsonElement> More { get; set; } = new Dictionary<string, JsonElement>();
}
