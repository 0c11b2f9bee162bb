using System.Collections.Immutable;
using System.Globalization;
using Aampe.Agents.Core.Findings;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Simulation;

/// <summary>What a program must pass before it goes live: a pure function of the program, its newest simulation and how often its goal is seen.</summary>
/// <remarks>docs/simulation-gate.md.</remarks>
public static class LaunchChecks
{
    /// <summary>Goal events in 28 days.</summary>
    public const long FewestGoals = 100;

    /// <summary>Users whose traits every message is rendered with, or as many as there are.</summary>
    public const int RenderedUsers = 100;

    /// <summary>Largest share of users whom no message suits.</summary>
    public const double MostWithoutMessage = 0.2;

    /// <summary>Largest share of contacts that caps and the least gap may stop: a program that wants twice what it may is over its caps.</summary>
    public const double MostStopped = 0.5;

    /// <summary>The checks, in the order in which people read them.</summary>
    /// <param name="program">The version that is to go live.</param>
    /// <param name="newest">Its newest simulation; null = none.</param>
    /// <param name="goalsSeen">Goal events of the last 28 days; null = not counted.</param>
    /// <param name="planFault">Why the experiment's plan may not follow the one that runs (<see cref="ExperimentPhases"/>); null = it may.</param>
    public static ImmutableArray<LaunchCheck> Of(ProgramDefinition program, SimulationResult? newest, long? goalsSeen, string? planFault = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var current = newest is { Partial: false } && newest.Fingerprint == SimulationResult.FingerprintOf(program) ? newest : null;
        return [Goal(program, goalsSeen), Labels(program), Simulated(newest, current), Renders(current), Suits(current), Limits(current), Plan(program, planFault), Unsubscribe(program)];
    }

    /// <summary>Whether all pass.</summary>
    public static bool Pass(ImmutableArray<LaunchCheck> checks) => checks.All(check => check.Passed);

    static LaunchCheck Check(string id, string name, bool passed, string detail, string fix) => new(id, name, passed, detail, passed ? "" : fix);

    static LaunchCheck Goal(ProgramDefinition program, long? seen) => Check(
        "goal", "The goal is seen often enough", seen >= FewestGoals,
        seen is { } count ? Text($"{string.Join(" or ", program.Goal.Events.Order(StringComparer.Ordinal))} came {count:#,0} times in 28 days; at least {FewestGoals}.") : "How often the goal is seen has not been counted yet.",
        seen is null ? "Run a simulation: it counts the goal too." : "Send the goal event, or choose one that comes more often.");

    static LaunchCheck Labels(ProgramDefinition program)
    {
        string[] bare = [.. Carried(program).Where(pair => !program.Messages.Any(message => ContentMap.ActionOf(pair.Set, message) == pair.Action.Id)).Select(pair => $"{pair.Set.Id}/{pair.Action.Id}")];
        return Check(
            "labels", "Every label has a message", bare.Length == 0,
            bare.Length == 0 ? Text($"All {Carried(program).Count()} labels are carried by a message.") : $"No message carries {Some(bare)}.",
            $"Write a message for {Some(bare)}, or retire {(bare.Length == 1 ? "it" : "them")}.");
    }

    static LaunchCheck Simulated(SimulationResult? newest, SimulationResult? current) => Check(
        "simulation", "Simulated since the last change", current is not null,
        newest is null ? "It has not been simulated." : newest.Partial ? "The newest simulation was cancelled." : current is null ? Text($"The newest simulation is of another version ({newest.ProgramVersion}).") : Text($"{newest.Users} users, {newest.Days} days, seed {newest.Seed}."),
        "Run a simulation of this version to its end.");

    static LaunchCheck Renders(SimulationResult? run) => Check(
        "render", "Every message renders", run is { RenderedUsers: > 0, RenderFaults.IsEmpty: true },
        run is null ? NotRun : run.RenderedUsers == 0 ? "No user was there to render for." : run.RenderFaults.IsEmpty ? Text($"For {run.RenderedUsers} users without a fault.") : run.RenderFaults[0],
        run is { RenderFaults.IsEmpty: false } ? "Mend the template that the detail names." : "Run a simulation once users are known.");

    static LaunchCheck Suits(SimulationResult? run) => Check(
        "eligible", "Nearly everybody has a message that suits", run is not null && run.WithoutMessage <= MostWithoutMessage,
        run is null ? NotRun : Text($"{100 * run.WithoutMessage:0.#} % of users had none; at most {100 * MostWithoutMessage:0} %."),
        "Write a message without eligibility rules, or loosen them.");

    // Guardrails hold whatever a program wants; one that wants far more than they allow learns from what is left over.
    static LaunchCheck Limits(SimulationResult? run)
    {
        var over = run?.Caps.FirstOrDefault(cap => cap.Largest > cap.Limit);
        var most = run?.SendsPerUserWeek.LastOrDefault()?.Sends ?? 0;
        return Check(
            "caps", "Contacts fit the caps", run is not null && over is null && run.StoppedByCaps <= MostStopped,
            run is null ? NotRun
                : over is not null ? Text($"A user got {over.Largest} by {over.Id}, whose limit is {over.Limit}.")
                : Text($"At most {most} messages a user and week; caps stopped {100 * run.StoppedByCaps:0} % of contacts, at most {100 * MostStopped:0} %."),
            "Contact users less often (everyDays, a gap or frequency set), or raise the caps.");
    }

    static LaunchCheck Plan(ProgramDefinition program, string? fault)
    {
        var plan = program.Experiment;
        var none = plan is { Random: 0, Rules: 0, Holdout: 0 };
        var isFixed = plan is { StartsAt: not null, EndsAt: not null };
        return Check(
            "experiment", "The experiment's plan is fixed, or there is none", fault is null && (none || isFixed),
            fault is not null ? fault : none ? "No experiment: everybody is agentic." : isFixed ? $"From {plan.StartsAt} to {plan.EndsAt}." : "Arms are compared, but no span was fixed beforehand.",
            fault is not null ? "Put the plan back, or open a new phase." : "Set experiment.startsAt and experiment.endsAt, or give all weight to agentic.");
    }

    static LaunchCheck Unsubscribe(ProgramDefinition program)
    {
        string[] without = [.. program.Messages.Where(message => message.Category == "marketing" && Way(message.Channel) is { } way && !message.Content.Values.Any(text => text.Contains(way, StringComparison.OrdinalIgnoreCase))).Select(message => message.Id)];
        return Check(
            "unsubscribe", "Marketing can be refused", without.Length == 0,
            without.Length == 0 ? "Every marketing message by e-mail or SMS says how to stop." : $"{Some(without)} {(without.Length == 1 ? "does" : "do")} not say how to stop.",
            "Put an unsubscribe link into the e-mail, or \"STOP\" into the SMS.");
    }

    // Push, in-app and WhatsApp are refused in the phone's own settings.
    static string? Way(string channel) => channel switch { "email" => "unsubscribe", "sms" => "STOP", _ => null };

    static IEnumerable<(ActionSet Set, ActionDefinition Action)> Carried(ProgramDefinition program) =>
        from set in program.Sets
        where set.Dimension is Dimension.Content or Dimension.Incentive or Dimension.Channel
        from action in set.Actions
        where !action.Retired
        select (set, action);

    static string Some(string[] names) => names.Length <= 3 ? string.Join(", ", names) : Text($"{string.Join(", ", names.Take(3))} and {names.Length - 3} more");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    const string NotRun = "Known once this version has been simulated.";
}
