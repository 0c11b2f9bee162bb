using System.Text.Json.Nodes;

namespace Aampe.Agents.Core.Programs;

/// <summary>What may become of the action sets of a program that is live, and what messages need so that a new label can go out.</summary>
/// <remarks>Works on documents as they are written: a draft is checked as a whole afterwards.</remarks>
public static class ActionSetEdits
{
    /// <summary>Longest id of a message.</summary>
    const int LongestId = 64;

    static readonly string[] Labelled = ["content", "incentive"];

    /// <summary>What a change would take from what was learnt: labels are retired, never removed; what was retired stays so; a set that learns keeps its dimension.</summary>
    /// <param name="live">Action sets of the version that is live; null or empty when none is.</param>
    /// <param name="next">The sets as they are to be.</param>
    /// <returns>Faults with pointers into the document, <c>/actionSets/0/actions/2/retired</c>; empty = allowed.</returns>
    public static IReadOnlyList<ProgramError> Faults(JsonArray? live, JsonArray next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var faults = new List<ProgramError>();
        foreach (var set in (live ?? []).OfType<JsonObject>())
        {
            var at = Place(next, Id(set));
            if (at < 0)
            {
                faults.Add(new("/actionSets", ProgramErrorCode.NotAllowed, $"set \"{Id(set)}\" is live and has learnt; it cannot be removed. Retire its labels but one instead"));
                continue;
            }

            var after = next[at]!.AsObject();
            if (Text(set, "dimension") is var was && Text(after, "dimension") is var now && was != now)
            {
                faults.Add(new($"/actionSets/{at}/dimension", ProgramErrorCode.NotAllowed, $"set \"{Id(set)}\" is live as {was}; what it learnt says nothing of {now}. Add a new set instead"));
            }

            Labels($"/actionSets/{at}/actions", Actions(set), Actions(after), faults);
        }

        return faults;
    }

    /// <summary>
    /// Gives every message its label of each content and incentive set, the first that can be drawn, and every label that no message carries a message to begin
    /// with: a copy of one that carries a label of the same set.
    /// </summary>
    /// <param name="program">The whole document; its messages are changed.</param>
    /// <returns>Ids of the messages that were made, in the order of sets and labels.</returns>
    public static IReadOnlyList<string> Cover(JsonObject program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var made = new List<string>();
        var messages = program["messages"] as JsonArray ?? [];
        var ids = messages.OfType<JsonObject>().Select(Id).ToHashSet(StringComparer.Ordinal);
        foreach (var set in (program["actionSets"] as JsonArray ?? []).OfType<JsonObject>().Where(set => Labelled.Contains(Text(set, "dimension"))))
        {
            var drawn = Actions(set).Where(action => !Retired(action)).Select(Id).ToList();
            if (drawn.Count == 0)
            {
                continue;
            }

            foreach (var message in messages.OfType<JsonObject>())
            {
                Carried(message).TryAdd(Id(set), drawn[0]);
            }

            foreach (var action in drawn.Where(action => !messages.OfType<JsonObject>().Any(message => Text(Carried(message), Id(set)) == action)))
            {
                if (messages.OfType<JsonObject>().FirstOrDefault() is { } first)
                {
                    var copy = Copied(first, Id(set), action, ids);
                    messages.Add((JsonNode)copy);
                    made.Add(Id(copy));
                }
            }
        }

        return made;
    }

    static void Labels(string pointer, List<JsonObject> live, List<JsonObject> next, List<ProgramError> faults)
    {
        foreach (var action in live)
        {
            var at = next.FindIndex(one => Id(one) == Id(action));
            if (at < 0)
            {
                faults.Add(new(pointer, ProgramErrorCode.NotAllowed, $"label \"{Id(action)}\" is live; retire it instead of removing it: what was learnt of it stays to be read"));
            }
            else if (Retired(action) && !Retired(next[at]))
            {
                faults.Add(new($"{pointer}/{at}/retired", ProgramErrorCode.NotAllowed, $"label \"{Id(action)}\" was retired and can never be drawn again. Add a new label instead"));
            }
        }
    }

    static JsonObject Copied(JsonObject from, string set, string action, HashSet<string> ids)
    {
        var copy = from.DeepClone().AsObject();
        var stem = $"{Id(from)}-{action}";
        var id = stem.Length <= LongestId ? stem : stem[..LongestId];
        for (var n = 2; !ids.Add(id); n++)
        {
            var end = $"-{n}";
            id = stem[..Math.Min(stem.Length, LongestId - end.Length)] + end;
        }

        copy["id"] = id;
        copy["name"] = id;
        Carried(copy)[set] = action;
        return copy;
    }

    static JsonObject Carried(JsonObject message)
    {
        if (message["labels"] is not JsonObject labels)
        {
            message["labels"] = labels = [];
        }

        return labels;
    }

    static List<JsonObject> Actions(JsonObject set) => [.. (set["actions"] as JsonArray ?? []).OfType<JsonObject>()];

    static int Place(JsonArray sets, string id)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            if (sets[i] is JsonObject set && Id(set) == id)
            {
                return i;
            }
        }

        return -1;
    }

    static bool Retired(JsonObject action) => action["retired"] is JsonValue value && value.TryGetValue<bool>(out var retired) && retired;

    static string Id(JsonObject item) => Text(item, "id");

    static string Text(JsonObject item, string name) => item[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
