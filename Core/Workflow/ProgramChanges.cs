using System.Globalization;
using System.Text.Json;

namespace Aampe.Agents.Core.Workflow;

/// <summary>What differs between two programs, in a few words.</summary>
public static class ProgramChanges
{
    const int MostWords = 6;

    /// <summary>Such as "+2 messages, 1 message changed, guardrails/caps/grd_all/count 4 → 5"; null when nothing differs.</summary>
    public static string? InWords(JsonElement before, JsonElement after) => InWords(DocumentChanges.Between(before, after));

    /// <summary>The same of fields that were compared already.</summary>
    public static string? InWords(IReadOnlyList<FieldChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var parts = new List<string>();
        foreach (var (list, noun) in new[] { ("/messages/", "message"), ("/actionSets/", "action set") })
        {
            var items = changes.Where(change => change.Path.StartsWith(list, StringComparison.Ordinal)).GroupBy(change => change.Path.Split('/')[2]).ToList();
            Add(parts, "+", items.Count(item => item.All(change => change.Before is null) && item.Any(change => change.Path == $"{list}{item.Key}/id")), noun, "");
            Add(parts, "−", items.Count(item => item.All(change => change.After is null) && item.Any(change => change.Path == $"{list}{item.Key}/id")), noun, "");
            Add(parts, "", items.Count(item => item.All(change => change.Path != $"{list}{item.Key}/id")), noun, " changed");
        }

        var rest = changes.Where(change => !change.Path.StartsWith("/messages/", StringComparison.Ordinal) && !change.Path.StartsWith("/actionSets/", StringComparison.Ordinal)).ToList();
        parts.AddRange(rest.Take(MostWords).Select(change => $"{change.Path[1..]} {Short(change.Before)} → {Short(change.After)}"));
        if (rest.Count > MostWords)
        {
            parts.Add($"{rest.Count - MostWords} fields more");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    static void Add(List<string> parts, string sign, int count, string noun, string what)
    {
        if (count > 0)
        {
            parts.Add($"{sign}{count.ToString(CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}{what}");
        }
    }

    static string Short(string? value) => value is null ? "nothing" : value.Length <= 40 ? value : value[..39] + "…";
}
