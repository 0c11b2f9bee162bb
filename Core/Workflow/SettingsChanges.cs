using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Workflow;

/// <summary>
/// What of a change of the workspace's settings lets more through than before. Narrowing takes effect at once; whatever loosens, or is not known here to narrow,
/// needs somebody else's approval.
/// </summary>
public static class SettingsChanges
{
    const int MinutesOfWeek = 7 * 1_440;

    // Members of the two documents that are compared below, by what they mean. Any other member that differs counts as loosening: a part that a later release
    // adds is guarded before anybody has thought about it.
    static readonly ImmutableArray<string> KnownLimits = ["id", "quietHours", "caps", "minGapHours", "blackouts", "restAfterGoalHours", "suppressWhen", "onBlock", "maxDeferHours", "budgets"];
    static readonly ImmutableArray<string> KnownSettings = ["timeZone", "guardrails", "audiences", "sensitiveAttributes", "attributes"];

    /// <summary>What a change loosens, each as a sentence without its full stop; empty = it only narrows, or changes nothing.</summary>
    /// <param name="before">Settings in force.</param>
    /// <param name="after">Settings as they are to be.</param>
    /// <param name="now">Blackouts that are over by then protect nobody any more.</param>
    public static IReadOnlyList<string> Loosened(WorkspaceSettings before, WorkspaceSettings after, Instant now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var found = new List<string>();
        if (before.TimeZone != after.TimeZone)
        {
            found.Add($"quiet hours and days of users without a zone move from {before.TimeZone} to {after.TimeZone}");
        }

        Limits(before.Guardrails, after.Guardrails, now, found);
        foreach (var audience in before.Audiences)
        {
            // Who is in an audience decides who is spoken to, and with suppressWhen who is not: either way somebody new may be reached.
            if (after.Audience(audience.Id) is not { } kept || Text(kept) != Text(audience))
            {
                found.Add($"audience {audience.Id} holds for others than before");
            }
        }

        foreach (var name in before.SensitiveAttributes.Where(name => !after.IsSensitive(name)))
        {
            found.Add($"attribute {name} is no longer sensitive");
        }

        JsonObject old = Json(before), young = Json(after);
        Unknown(old, young, KnownSettings, found);
        Unknown(old["guardrails"]!.AsObject(), young["guardrails"]!.AsObject(), KnownLimits, found);
        return found;
    }

    static void Limits(Guardrails before, Guardrails after, Instant now, List<string> found)
    {
        foreach (var channel in ProgramJson.Channels)
        {
            bool[] was = Quiet(before, channel), then = Quiet(after, channel);
            var opened = Enumerable.Range(0, MinutesOfWeek).Count(minute => was[minute] && !then[minute]);
            if (opened > 0)
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{channel} may speak in {opened / 60.0:0.##} hours of the week that were quiet"));
            }
        }

        foreach (var cap in before.Caps.Where(cap => !after.Caps.Any(other => new PlacedCap(other, false).Covers(new PlacedCap(cap, false)))))
        {
            found.Add(after.Caps.FirstOrDefault(other => other.Id == cap.Id) is { } same ? $"cap {cap.Id} allows more: {LimitWords.Of(cap, false)} → {LimitWords.Of(same, false)}" : $"cap {cap.Id} is gone: {LimitWords.Of(cap, false)}");
        }

        Shorter("the gap between two messages", before.MinGap, after.MinGap, found);
        Shorter("the rest after a goal", before.RestAfterGoal, after.RestAfterGoal, found);
        foreach (var blackout in before.Blackouts.Where(one => one.To > now && !after.Blackouts.Any(other => other.From <= one.From && other.To >= one.To && (other.Channel is null || other.Channel == one.Channel))))
        {
            found.Add($"blackout {blackout.Id} is shorter, or gone");
        }

        // Under another id, period or currency it begins anew, with nothing spent.
        foreach (var budget in before.Budgets.Where(budget => !after.Budgets.Any(other => (other with { Amount = budget.Amount, Channel = budget.Channel }) == budget && other.Amount <= budget.Amount && (other.Channel is null || other.Channel == budget.Channel))))
        {
            found.Add($"budget {budget.Id} allows more, or is gone");
        }

        if (before.SuppressWhen is { } rule && (after.SuppressWhen is null || Rule(after) != Rule(before) && !AnyOf(after).Contains(Rule(before))))
        {
            found.Add("suppressWhen holds for others than before");
        }

        var defers = after.OnBlock == OnBlock.DeferToOpen;
        if (defers && before.OnBlock != OnBlock.DeferToOpen || defers && after.MaxDefer > before.MaxDefer)
        {
            found.Add(string.Create(CultureInfo.InvariantCulture, $"what quiet hours stop comes up to {after.MaxDefer.TotalHours:0.##} h later instead of not at all"));
        }
    }

    static void Shorter(string what, TimeSpan? before, TimeSpan? after, List<string> found)
    {
        if ((before ?? TimeSpan.Zero) > (after ?? TimeSpan.Zero))
        {
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{what} is shorter: {(before ?? TimeSpan.Zero).TotalHours:0.##} h → {(after ?? TimeSpan.Zero).TotalHours:0.##} h"));
        }
    }

    /// <summary>Minutes of a local week, from Sunday 00:00, in which a channel is silent.</summary>
    static bool[] Quiet(Guardrails rails, string channel)
    {
        var quiet = new bool[MinutesOfWeek];
        foreach (var window in rails.Quiet.Where(window => !window.ExceptChannels.Contains(channel, StringComparer.Ordinal)))
        {
            var from = (int)window.From.ToTimeSpan().TotalMinutes;
            var length = ((int)(window.To - window.From).TotalMinutes is var span && span == 0) ? 1_440 : span;
            foreach (var day in Enum.GetValues<DayOfWeek>().Where(window.Begins))
            {
                for (var minute = 0; minute < length; minute++)
                {
                    quiet[((int)day * 1_440 + from + minute) % MinutesOfWeek] = true;
                }
            }
        }

        return quiet;
    }

    static void Unknown(JsonObject before, JsonObject after, ImmutableArray<string> known, List<string> found) =>
        found.AddRange(before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)).Where(name => !known.Contains(name) && !JsonNode.DeepEquals(before[name], after[name]))
            .Select(name => $"{name} changes, and nothing says that it narrows"));

    static JsonObject Json(WorkspaceSettings settings) => JsonNode.Parse(WorkspaceSettingsJson.Write(settings))!.AsObject();

    static string Text(Audiences.NamedAudience audience) => Audiences.AudienceText.Of(audience.Rule);

    static string Rule(Guardrails rails) => rails.SuppressWhen is { } rule ? Audiences.AudienceText.Of(rule) : "";

    static IEnumerable<string> AnyOf(Guardrails rails) => rails.SuppressWhen is Audiences.AudienceRule.Any any ? any.Rules.Select(Audiences.AudienceText.Of) : [];
}
