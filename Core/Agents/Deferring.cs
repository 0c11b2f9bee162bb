using System.Text.Json.Nodes;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Randomness;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>A contact that only quiet hours, blackouts or spent budgets stop may wait for their end, where the limits say so.</summary>
public static class Deferring
{
    // All users of a zone wake at one moment: they are spread over a quarter of an hour.
    const int SpreadMinutes = 15;

    /// <summary>When a stopped contact comes instead; null when it is held.</summary>
    /// <param name="step">The step in which it was stopped.</param>
    /// <param name="program">Its program.</param>
    /// <param name="reasons">Why it was stopped.</param>
    /// <param name="channels">Channels that would do.</param>
    /// <param name="due">When it was to come first: it waits no longer than the limits allow from then on.</param>
    public static Instant? Until(AgentStep step, ProgramRules program, JsonArray reasons, IEnumerable<string> channels, Instant due)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(reasons);
        ArgumentNullException.ThrowIfNull(channels);
        Guardrails[] rails = [step.Rules.Settings.Guardrails, program.Definition.Guardrails];
        if (reasons.Count == 0 || !rails.Any(one => one.OnBlock == OnBlock.DeferToOpen))
        {
            return null;
        }

        var longest = TimeSpan.MaxValue;
        var from = step.At;
        foreach (var reason in reasons)
        {
            var id = reason!["guardrailId"]?.GetValue<string>();
            if (reason["code"]!.GetValue<string>() is not (HoldReason.QuietHours or HoldReason.Blackout or HoldReason.Budget)
                || rails.FirstOrDefault(one => one.Quiet.Any(window => window.Id == id) || one.Blackouts.Any(blackout => blackout.Id == id) || one.Budgets.Any(budget => budget.Id == id)) is not { OnBlock: OnBlock.DeferToOpen } stopping)
            {
                return null;
            }

            if (reason["code"]!.GetValue<string>() == HoldReason.Budget)
            {
                // One that is spent for good, or never enough, is waited for by nobody.
                if (reason["retryAfter"]?.GetValue<string>() is not { } renewed)
                {
                    return null;
                }

                from = Instant.Max(from, Instant.From(DateTimeOffset.Parse(renewed, System.Globalization.CultureInfo.InvariantCulture)));
            }

            longest = stopping.MaxDefer < longest ? stopping.MaxDefer : longest;
        }

        Instant? open = null;
        foreach (var channel in channels)
        {
            open = Quiet.NextOpen(from, step.Zone, rails, channel) is { } moment && !(open < moment) ? moment : open;
        }

        if (open is not { } begin || begin <= step.At || begin > due + longest)
        {
            return null;
        }

        var spread = new SeededRandom($"{step.State.Incarnation}/{program.Definition.Id}/defer/{step.State.Ordinal}").Next(SpreadMinutes * 60);
        var moved = begin + TimeSpan.FromSeconds(spread);
        return moved > due + longest ? begin : moved;
    }
}
