namespace Aampe.Agents.Storage.Kafka;

/// <summary>What a connection string of Azure Event Hubs says.</summary>
/// <param name="Host">Host of the namespace.</param>
/// <param name="EntityPath">The hub, when the string is of one; it is the topic.</param>
internal readonly record struct EventHubsConnection(string Host, string? EntityPath)
{
    /// <summary>A request must stay below this.</summary>
    public const int MostRequestBytes = 1_046_528;

    /// <summary>Port of the Kafka endpoint.</summary>
    public const int Port = 9093;

    /// <summary>Reads a connection string and adds what is wrong with it; never a secret.</summary>
    public static EventHubsConnection Parse(string text, List<string> faults)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A key may end in '=', so only the first one parts name and value.
            if (part.IndexOf('=') is var at and > 0)
            {
                parts[part[..at].Trim()] = part[(at + 1)..].Trim();
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["Endpoint", "SharedAccessKeyName", "SharedAccessKey"])
        {
            if (string.IsNullOrEmpty(parts.GetValueOrDefault(name)))
            {
                faults.Add($"Log:Kafka:EventHubs has no {name}: copy the whole connection string of the shared access policy (Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…).");
            }
        }

        var hub = parts.GetValueOrDefault("EntityPath") is { Length: > 0 } path ? path : null;
        var endpoint = parts.GetValueOrDefault("Endpoint");
        if (string.IsNullOrEmpty(endpoint))
        {
            return new("", hub);
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme != "sb" || address.Host.Length == 0)
        {
            faults.Add($"Endpoint in Log:Kafka:EventHubs must be sb://NAME.servicebus.windows.net/; was '{endpoint}'.");
            return new("", hub);
        }

        return new(address.Host, hub);
    }
}
