using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>What a message consists of on each channel.</summary>
public static class Copy
{
    /// <summary>Channels in the order that people look for them.</summary>
    public static IReadOnlyList<string> Channels { get; } = ["push", "in_app", "email", "sms", "whatsapp"];

    /// <summary>Fields of a channel: name, what people read, the longest text, rows of its box.</summary>
    public static IReadOnlyList<(string Name, string Label, int Longest, int Rows)> Fields(string channel) => channel switch
    {
        "push" => [("title", "Title", 65, 1), ("body", "Text", 240, 3), ("image", "Image address", 500, 1), ("url", "Link", 500, 1)],
        "in_app" => [("title", "Title", 60, 1), ("body", "Text", 200, 3), ("image", "Image address", 500, 1), ("button.text", "Button", 40, 1), ("button.url", "Link of the button", 500, 1)],
        "email" => [("subject", "Subject", 120, 1), ("preheader", "Preview line", 150, 1), ("text", "Plain text", 20_000, 8), ("html", "HTML", 60_000, 8)],
        "sms" => [("text", "Text", 1_600, 4)],
        _ => [("template", "Approved template", 100, 1), ("text", "Text", 1_024, 4)],
    };

    /// <summary>An empty message that carries some labels.</summary>
    public static JsonObject Blank(string id, string channel, IEnumerable<KeyValuePair<string, string>> labels) => new()
    {
        ["id"] = id,
        ["name"] = id,
        ["channel"] = channel,
        ["locale"] = "en",
        ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
        ["content"] = new JsonObject(),
        ["variables"] = new JsonArray(),
    };

    /// <summary>A field of a message's content; dotted names stand as they are.</summary>
    public static string Field(JsonObject message, string name)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message["content"]?[name]?.GetValue<string>() ?? "";
    }

    /// <summary>Sets a field; an empty one goes.</summary>
    public static void Set(JsonObject message, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(text);
        if (message["content"] is not JsonObject content)
        {
            message["content"] = content = [];
        }

        if (text.Length == 0)
        {
            content.Remove(name);
        }
        else
        {
            content[name] = text;
        }
    }

    /// <summary>Sets of a program whose actions a message carries: id, name, actions that can be drawn.</summary>
    public static IReadOnlyList<(string Id, string Name, IReadOnlyList<(string Id, string Label)> Actions)> LabelSets(JsonElement program) =>
        [.. program.GetProperty("actionSets").EnumerateArray().Where(set => set.GetProperty("dimension").GetString() is "content" or "incentive")
            .Select(set => (set.GetProperty("id").GetString()!, set.GetProperty("name").GetString()!, (IReadOnlyList<(string, string)>)[.. set.GetProperty("actions").EnumerateArray()
                .Where(action => !(action.TryGetProperty("retired", out var retired) && retired.ValueKind == JsonValueKind.True)).Select(action => (action.GetProperty("id").GetString()!, action.TryGetProperty("label", out var label) ? label.GetString()! : action.GetProperty("id").GetString()!))]))];
}
