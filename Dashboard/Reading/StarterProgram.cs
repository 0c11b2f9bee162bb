using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aampe.Agents.Dashboard.Reading;

/// <summary>A first program to write on: what the form asked for, sets that most begin with, and one message for each label and channel.</summary>
public static class StarterProgram
{
    /// <summary>Sets that can be ticked: id, what people read, what it decides, actions with their labels.</summary>
    public static IReadOnlyList<(string Id, string Name, string Dimension, (string Id, string Label)[] Actions)> Sets { get; } =
    [
        ("tone", "Tone", "content", [("warm", "Warm and friendly"), ("plain", "Short and plain")]),
        ("offer", "Value proposition", "content", [("save", "Save time"), ("choice", "More choice")]),
        ("frequency", "Speak or rest", "frequency", [("hold", "Rest"), ("send", "Speak")]),
        ("slot", "Time of day", "slot", [("morning-weekday", "Weekday morning"), ("midday-weekday", "Weekday midday"), ("evening-weekday", "Weekday evening"), ("morning-weekend", "Weekend morning"), ("evening-weekend", "Weekend evening")]),
        ("gap", "Days between contacts", "gap", [("1", "1 day"), ("2", "2 days"), ("4", "4 days")]),
    ];

    /// <summary>The document of a program.</summary>
    public static JsonElement Of(string id, string name, string goalEvent, int windowHours, IReadOnlyCollection<string> sets, IReadOnlyCollection<string> channels, int holdout)
    {
        ArgumentNullException.ThrowIfNull(channels);
        var chosen = Sets.Where(set => sets.Contains(set.Id)).ToList();
        var content = chosen.Where(set => set.Dimension == "content").ToList();
        var actionSets = new JsonArray([.. chosen.Select(set => Set(set.Id, set.Name, set.Dimension, set.Actions))]);
        if (channels.Count > 1)
        {
            actionSets.Add((JsonNode)Set("channel", "Channel", "channel", [.. channels.Select(channel => (channel, channel))]));
        }

        var messages = new JsonArray([.. channels.SelectMany(channel => Labels(content.Select(set => (set.Id, set.Actions)).ToList()).Select(labels => (JsonNode)Message(channel, labels)))]);
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["goal"] = new JsonObject { ["id"] = id + "_goal", ["events"] = new JsonArray(goalEvent), ["windowHours"] = windowHours },
            ["actionSets"] = actionSets,
            ["messages"] = messages,
            ["experiment"] = new JsonObject { ["salt"] = id + "-1", ["agentic"] = 90 - holdout, ["random"] = 10, ["holdout"] = holdout },
        });
    }

    static JsonObject Set(string id, string name, string dimension, (string Id, string Label)[] actions) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["dimension"] = dimension,
        ["actions"] = new JsonArray([.. actions.Select(action => (JsonNode)new JsonObject { ["id"] = action.Id, ["label"] = action.Label })]),
    };

    static IEnumerable<(string Set, string Action)[]> Labels(List<(string Id, (string Id, string Label)[] Actions)> sets) =>
        sets.Aggregate<(string Id, (string Id, string Label)[] Actions), IEnumerable<(string, string)[]>>([[]], (all, set) => all.SelectMany(one => set.Actions.Select(action => (((string, string)[])[.. one, (set.Id, action.Id)]))));

    static JsonObject Message(string channel, (string Set, string Action)[] labels)
    {
        var words = string.Join(" ", labels.Select(label => label.Action));
        return new JsonObject
        {
            ["id"] = string.Join('-', labels.Select(label => label.Action).Append(channel)),
            ["name"] = $"{words}, {channel}",
            ["channel"] = channel,
            ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Set, (JsonNode?)label.Action))),
            ["content"] = channel switch
            {
                "email" => new JsonObject { ["subject"] = $"Write the {words} subject", ["text"] = "Write the text here, {{ user.firstName }}." },
                "sms" or "whatsapp" => new JsonObject { ["text"] = $"Write the {words} text here, {{{{ user.firstName }}}}." },
                _ => new JsonObject { ["title"] = $"Write the {words} title", ["body"] = "Write the text here, {{ user.firstName }}." },
            },
            ["variables"] = new JsonArray(new JsonObject { ["name"] = "user.firstName", ["default"] = "friend", ["maxLength"] = 40 }),
        };
    }
}
