using System.Globalization;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Programs;

/// <summary>
/// An experiment is a row of phases. While one runs, its salt, weights and span stand as they were fixed beforehand: who moved a user to another arm half-way, or
/// stopped when it looked well, would have numbers that mean nothing. A new phase begins at its own start and counts anew.
/// </summary>
public static class ExperimentPhases
{
    /// <summary>Why a plan may not take the place of another now, and what to do; null = it may.</summary>
    /// <param name="running">The plan in force.</param>
    /// <param name="next">The plan that is to follow.</param>
    /// <param name="now">The moment.</param>
    public static string? Fault(ExperimentPlan running, ExperimentPlan next, Instant now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(next);
        return running.StartsAt is not { } start || running.EndsAt is not { } end || now < start || now >= end || next == running || next.StartsAt >= now
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"experiment: not the same {Changed(running, next)} as in the plan that runs from {start} to {end} and was fixed beforehand. Put the plan back as it is, wait for its end, or open a new phase: startsAt now or later (now is {now}), with an endsAt; a new phase counts anew.");
    }

    /// <summary>Whether two programs try something on the same goal at the same time: an event that is a goal of both, arms in both, and spans that meet.</summary>
    public static bool Overlap(ProgramDefinition one, ProgramDefinition other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Arms(one.Experiment) > 1 && Arms(other.Experiment) > 1 && one.Goal.Events.Overlaps(other.Goal.Events)
            && (one.Experiment.StartsAt ?? Instant.Earliest) < (other.Experiment.EndsAt ?? Instant.Latest) && (other.Experiment.StartsAt ?? Instant.Earliest) < (one.Experiment.EndsAt ?? Instant.Latest);
    }

    static int Arms(ExperimentPlan plan) => new[] { plan.Agentic, plan.Random, plan.Rules, plan.Holdout }.Count(weight => weight > 0);

    static string Changed(ExperimentPlan running, ExperimentPlan next)
    {
        (bool Differs, string Name)[] parts =
        [
            (running.Salt != next.Salt, "salt"),
            ((running.Agentic, running.Random, running.Rules, running.Holdout) != (next.Agentic, next.Random, next.Rules, next.Holdout), "weights"),
            ((running.StartsAt, running.EndsAt) != (next.StartsAt, next.EndsAt), "span"),
        ];
        return string.Join(" and ", parts.Where(part => part.Differs).Select(part => part.Name));
    }
}
