using System.Text.Json;

namespace Aampe.Agents.Silo.Delivery.Providers;

/// <summary>Fields of a rendered message.</summary>
sealed class Copy : IDisposable
{
    readonly JsonDocument document;
    readonly JsonElement content;

    public Copy(ChannelMessage message)
    {
        document = JsonDocument.Parse(message.Message);
        content = document.RootElement.GetProperty("content");
    }

    /// <summary>BCP 47 tag of the copy.</summary>
    public string Locale => document.RootElement.TryGetProperty("locale", out var locale) ? locale.GetString()! : "en";

    /// <summary>The first of some fields that is there and not empty; null when none is.</summary>
    public string? Field(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The text, with the link behind it where it does not hold it already.</summary>
    public string? TextWithLink(string separator) => Field("text", "body") is not { } text ? null
        : Field("url") is { } link && !text.Contains(link, StringComparison.Ordinal) ? text + separator + link
        : text;

    /// <summary>Fields named by numbers from 1 under a name, in their order, up to the first that is missing.</summary>
    public IReadOnlyList<string> Numbered(string name)
    {
        var values = new List<string>();
        while (content.TryGetProperty(name, out var inner) && inner.ValueKind == JsonValueKind.Object
            && inner.TryGetProperty((values.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), out var value))
        {
            values.Add(value.GetString() ?? "");
        }

        return values;
    }

    public void Dispose() => document.Dispose();
}
