using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Guarding;

/// <summary>Finds limits that contradict one another.</summary>
static class LimitClashes
{
    const int MinutesOfWeek = 7 * 24 * 60;

    public static IEnumerable<LimitClash> Of(ImmutableArray<(string Scope, Guardrails Rails)> scopes, IReadOnlyList<string> channels)
    {
        foreach (var channel in channels)
        {
            if (NeverOpen(scopes, channel) is { } never)
            {
                yield return never;
            }
        }

        foreach (var (scope, rails) in scopes)
        {
            foreach (var cap in rails.Caps.Where(cap => cap.Count == 0 && (cap.Channel is null || channels.Contains(cap.Channel))))
            {
                yield return new LimitClash("cap_zero", [cap.Id], $"“{cap.Id}” of the {scope} lets nothing through{(cap.Channel is { } channel ? $" over {LimitWords.Channel(channel)}" : "")}. Raise its count, or pause what is not to be sent");
            }

            if (rails.OnBlock == OnBlock.DeferToOpen && rails.Quiet.Where(window => Length(window) > rails.MaxDefer).ToArray() is { Length: > 0 } longer)
            {
                yield return new LimitClash("defer_too_short", [.. longer.Select(window => window.Id)],
                    $"contacts wait at most {rails.MaxDefer.TotalHours:0.##} h, but “{longer[0].Id}” lasts {Length(longer[0]).TotalHours:0.##} h: those from its first hours are held all the same");
            }
        }
    }

    /// <summary>Budgets that no cost is known for: they would never stop anything.</summary>
    public static IEnumerable<LimitClash> Unpriced(WorkspaceSettings settings, ProgramDefinition? program, string? channel)
    {
        foreach (var budget in settings.Guardrails.Budgets.Where(budget => channel is null || budget.Pays(channel)))
        {
            // Programs that nobody asks about here may state costs of their own.
            if (!settings.CostPerSend.Keys.Any(budget.Pays))
            {
                yield return new LimitClash("budget_unpriced", [budget.Id],
                    $"“{budget.Id}” counts only messages that state their own costPerSend: the workspace has no price for {(budget.Channel is { } one ? LimitWords.Channel(one) : "any channel")}. State it under costPerSend");
            }
        }

        foreach (var budget in program?.Guardrails.Budgets.Where(budget => channel is null || budget.Pays(channel)) ?? [])
        {
            if (!program!.Messages.Any(message => budget.Pays(message.Channel) && settings.CostOf(message.Channel, message.CostPerSend) is { Amount: > 0 }))
            {
                yield return new LimitClash("budget_unpriced", [budget.Id], $"“{budget.Id}” of the program counts nothing: no message that it pays has a costPerSend, and neither has its channel in the workspace");
            }
        }
    }

    static LimitClash? NeverOpen(ImmutableArray<(string Scope, Guardrails Rails)> scopes, string channel)
    {
        var quiet = new bool[MinutesOfWeek];
        var ids = ImmutableArray.CreateBuilder<string>();
        foreach (var window in scopes.SelectMany(scope => scope.Rails.Quiet).Where(window => !window.ExceptChannels.Contains(channel)))
        {
            ids.Add(window.Id);
            var length = (int)Length(window).TotalMinutes;
            for (var day = 0; day < 7; day++)
            {
                for (var minute = 0; window.Begins((DayOfWeek)day) && minute < length; minute++)
                {
                    quiet[((day * 1_440) + (int)window.From.ToTimeSpan().TotalMinutes + minute) % MinutesOfWeek] = true;
                }
            }
        }

        return quiet.AsSpan().Contains(false) ? null
            : new LimitClash("never_open", ids.ToImmutable(), $"{LimitWords.Channel(channel)} is never open: {string.Join(" and ", ids.Select(id => $"“{id}”"))} cover the whole week. Shorten one of them, or except the channel");
    }

    static TimeSpan Length(QuietHours window) => window.From == window.To ? TimeSpan.FromDays(1) : window.To - window.From;
}
