using System.Text.Json.Nodes;

namespace Aampe.Agents.Silo.Api.Catalogue;

/// <summary>Messages as lists show them: made of their documents, filtered, cut into pages.</summary>
static class MessageItems
{
    // Fields whose first words tell a message from others.
    static readonly string[] Telling = ["title", "subject", "body", "text"];

    public static MessageItem Of(JsonObject message, string change)
    {
        var content = message["content"]?.AsObject() ?? [];
        var text = Telling.Select(field => content[field]?.GetValue<string>()).OfType<string>().FirstOrDefault() ?? "";
        return new MessageItem(
            ProgramMessages.Id(message), message["name"]?.GetValue<string>() ?? ProgramMessages.Id(message), message["channel"]!.GetValue<string>(), message["locale"]?.GetValue<string>() ?? "en",
            (message["labels"]?.AsObject() ?? []).ToDictionary(label => label.Key, label => label.Value!.GetValue<string>(), StringComparer.Ordinal),
            message["category"]?.GetValue<string>() ?? "marketing", change, text, message["withdrawn"]?.GetValue<bool>() ?? false);
    }

    public static bool Fits(MessageItem item, string? q, string? channel, string? locale, string? label, string? change) =>
        (string.IsNullOrEmpty(q) || item.Id.Contains(q, StringComparison.OrdinalIgnoreCase) || item.Name.Contains(q, StringComparison.OrdinalIgnoreCase) || item.Text.Contains(q, StringComparison.OrdinalIgnoreCase))
        && (string.IsNullOrEmpty(channel) || item.Channel == channel)
        && (string.IsNullOrEmpty(locale) || item.Locale.StartsWith(locale, StringComparison.OrdinalIgnoreCase))
        && (string.IsNullOrEmpty(change) || item.Change == change)
        && (string.IsNullOrEmpty(label) || label.Split(':', 2) is [var set, var action] && item.Labels.TryGetValue(set, out var carried) && carried == action);

    /// <summary>The page behind <paramref name="after"/>, with the places of the pages around it.</summary>
    /// <param name="fitting">All that fit, by id.</param>
    /// <param name="after">Id of the last item before the page; null or empty is the first page.</param>
    public static MessagesReply Page(IReadOnlyList<MessageItem> fitting, int limit, string? after)
    {
        var from = Behind(fitting, after ?? "");
        var until = Math.Min(fitting.Count, from + limit);
        string Before(int place) => place == 0 ? "" : fitting[place - 1].Id;
        var last = fitting.Count == 0 ? 0 : (fitting.Count - 1) / limit * limit;
        return new MessagesReply(
            [.. fitting.Skip(from).Take(limit)], until < fitting.Count ? fitting[until - 1].Id : null, fitting.Count, from < until ? from + 1 : 0,
            from > 0 ? Before(Math.Max(0, from - limit)) : null, until < fitting.Count ? Before(last) : null);
    }

    // The first place whose id is greater: ids are in order, so halving finds it.
    static int Behind(IReadOnlyList<MessageItem> items, string id)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(items[middle].Id, id) > 0 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
