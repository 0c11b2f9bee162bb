using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Silo.Rendering;

/// <summary>Something worth a second look before a message is approved.</summary>
public sealed record CopyLint(string Field, string Code, string Detail);

/// <summary>What editors catch by eye: shouting, too many emoji, text that a screen will cut, marketing mail without a way out.</summary>
public static class CopyLints
{
    const int MostEmoji = 3, Shouted = 12;

    static readonly Dictionary<(string Channel, string Field), int> Shown = new()
    {
        [("push", "title")] = 40, [("push", "body")] = 120, [("email", "subject")] = 60, [("in_app", "title")] = 40, [("in_app", "body")] = 140, [("sms", "text")] = 160,
    };

    /// <summary>Lints of rendered copy.</summary>
    public static IReadOnlyList<CopyLint> Of(Message message, JsonObject content)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(content);
        var lints = new List<CopyLint>();
        foreach (var (field, node) in content)
        {
            if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
            {
                continue;
            }

            var length = new StringInfo(text).LengthInTextElements;
            if (Shown.TryGetValue((message.Channel, field), out var most) && length > most)
            {
                lints.Add(new(field, "may_be_cut", $"{length} characters; many screens show {most}."));
            }

            if (text.EnumerateRunes().Count(IsEmoji) is var emoji and > MostEmoji)
            {
                lints.Add(new(field, "many_emoji", $"{emoji} emoji; {MostEmoji} read well."));
            }

            var letters = text.Where(char.IsLetter).ToArray();
            if (letters.Length >= Shouted && letters.All(char.IsUpper))
            {
                lints.Add(new(field, "shouting", "All in capitals reads as shouting."));
            }
        }

        return lints;
    }

    static bool IsEmoji(Rune rune) => rune.Value is >= 0x1F300 and <= 0x1FAFF or >= 0x2600 and <= 0x27BF;
}
