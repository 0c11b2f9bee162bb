using System.Text.Json;

namespace Aampe.Agents.Core.Workflow;

/// <summary>What differs between two versions of a document, field by field.</summary>
public static class DocumentChanges
{
    /// <summary>Every field that differs, in the order of the later document; what was taken away comes last of its object. Items of lists that carry an <c>id</c> are compared with their namesake, wherever it stands.</summary>
    public static IReadOnlyList<FieldChange> Between(JsonElement before, JsonElement after)
    {
        var changes = new List<FieldChange>();
        Compare("", before, after, changes);
        return changes;
    }

    static void Compare(string path, JsonElement? before, JsonElement? after, List<FieldChange> changes)
    {
        // Of thousands of messages most are the same: they are passed over as a whole.
        if (before is { } old && after is { } young && JsonElement.DeepEquals(old, young))
        {
            return;
        }

        if (before is { ValueKind: JsonValueKind.Object } || after is { ValueKind: JsonValueKind.Object })
        {
            Members(path, Fields(before), Fields(after), before, after, changes);
        }
        else if (Named(before) is { } left && Named(after) is { } right)
        {
            Members(path, left, right, before, after, changes);
        }
        else if (Text(before) is var was && Text(after) is var now && was != now)
        {
            changes.Add(new FieldChange(path, was, now));
        }
    }

    static void Members(string path, Dictionary<string, JsonElement>? before, Dictionary<string, JsonElement>? after, JsonElement? old, JsonElement? young, List<FieldChange> changes)
    {
        // An object against a number: the whole of either is what differs.
        if (before is null && old is not null || after is null && young is not null)
        {
            changes.Add(new FieldChange(path, Text(old), Text(young)));
            return;
        }

        foreach (var name in (after?.Keys ?? Enumerable.Empty<string>()).Concat(before?.Keys.Where(name => after?.ContainsKey(name) != true) ?? []))
        {
            Compare($"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", Of(before, name), Of(after, name), changes);
        }
    }

    static JsonElement? Of(Dictionary<string, JsonElement>? members, string name) =>
        members is not null && members.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    static Dictionary<string, JsonElement>? Fields(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal) : null;

    // A list whose items all have ids of their own; an absent or an empty one agrees with any.
    static Dictionary<string, JsonElement>? Named(JsonElement? element)
    {
        if (element is null)
        {
            return [];
        }

        if (element.Value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var named = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var item in element.Value.EnumerateArray())
        {
            if (Id(item) is not { } id || !named.TryAdd(id, item))
            {
                return null;
            }
        }

        return named;
    }

    static string? Id(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && (item.TryGetProperty("id", out var id) || item.TryGetProperty("name", out id)) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    static string? Text(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => other.GetRawText(),
    };
}
