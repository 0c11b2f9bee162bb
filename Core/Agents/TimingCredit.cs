using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>Credit of the sets that choose a time goes to the time that was really used, not to the one that was planned (method §10, Timing).</summary>
public static class TimingCredit
{
    /// <summary>The slot in which a contact falls; null where the program has no such action.</summary>
    /// <param name="program">The program.</param>
    /// <param name="at">When the message goes out.</param>
    /// <param name="zone">The user's zone.</param>
    public static Credit? Slot(ProgramRules program, Instant at, UserZone zone)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Slot is { } set && Decisions.Slot.SlotAt(LocalTime.Of(at, zone.Id)) is { Length: > 0 } now && set.Actions.Any(action => action.Id == now)
            ? new Credit(set.Id, now)
            : null;
    }

    /// <summary>The delay nearest to the minutes that have passed since the trigger, the shorter of two; null where the program has no such set.</summary>
    /// <param name="program">The program.</param>
    /// <param name="trigger">The user's own event.</param>
    /// <param name="at">When the message goes out.</param>
    public static Credit? Delay(ProgramRules program, Instant trigger, Instant at)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (program.Delay is not { } set)
        {
            return null;
        }

        var minutes = (at - trigger).TotalMinutes;
        var nearest = set.Actions.Select(action => (action.Id, Minutes: Minutes(action.Id))).OrderBy(one => Math.Abs(one.Minutes - minutes)).ThenBy(one => one.Minutes).First();
        return new Credit(set.Id, nearest.Id);
    }

    /// <summary>The credits of a decision as its message goes out at a moment.</summary>
    public static ImmutableArray<Credit> At(AgentStep step, LiveDecision decision)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(decision);
        if (step.Rules.Find(decision.Program) is not { } program)
        {
            return decision.Credits;
        }

        var kept = decision.Credits.RemoveAll(credit => credit.Set == program.Slot?.Id || credit.Set == program.Delay?.Id);
        kept = Slot(program, step.At, step.Zone) is { } slot ? kept.Add(slot) : kept;
        return decision.TriggeredAt is { } trigger && Delay(program, trigger, step.At) is { } delay ? kept.Add(delay) : kept;
    }

    /// <summary>Minutes that a delay's action stands for.</summary>
    public static int Minutes(string action) => int.Parse(action, CultureInfo.InvariantCulture);
}
