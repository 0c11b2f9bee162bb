using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>
/// Lives a program through with made-up users, or with the past of real ones: its own rules, caps, quiet hours and learning, by the functions that real agents live by, in memory. Nobody is
/// written to. A pure function of program, settings and plan.
/// </summary>
public static class ProgramSimulation
{
    /// <summary>Days of behaviour before the program begins.</summary>
    public const int DaysBefore = 28;

    // A Monday, so that days and weeks of caps begin together.
    static readonly Instant monday = Instant.From(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
    static readonly TimeSpan day = TimeSpan.FromDays(1);
    static readonly TimeSpan grace = TimeSpan.FromHours(6);

    /// <summary>Runs a simulation.</summary>
    /// <param name="program">The program, in any state.</param>
    /// <param name="settings">Settings of the workspace; its kill switch is left out.</param>
    /// <param name="plan">Whom and how long; without a fault.</param>
    /// <param name="progress">Told after each day: days lived of all, the days before included.</param>
    /// <param name="stop">Ends it; what was lived until then is given back as partial.</param>
    /// <exception cref="ArgumentException">The plan has a fault.</exception>
    /// <param name="past">The users whose past it is; needed where the plan's world is the past, else not looked at.</param>
    public static SimulationResult Run(ProgramDefinition program, WorkspaceSettings settings, SimulationPlan plan, Action<int, int> progress, CancellationToken stop, PastLives? past = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        if (plan.Fault is { } fault)
        {
            throw new ArgumentException(fault.Detail, nameof(plan));
        }

        var acting = program with { State = ProgramState.Live };
        // A span that was fixed for real dates has nothing to do with simulated ones.
        acting = acting with { Experiment = acting.Experiment with { StartsAt = null, EndsAt = null } };
        settings = settings with { KillSwitch = false };
        var cohort = CohortSnapshot.None(program.Id);
        var start = Start(plan, past);
        var lives = Begin(acting, settings, plan, start, past);
        // Of the past there may be fewer users than were asked for.
        plan = plan with { Users = lives.Count };
        var tally = new SimulationTally(program, settings, plan);
        var lived = 0;
        for (var d = 0; d < DaysBefore + plan.Days && !stop.IsCancellationRequested; d++)
        {
            var at = start + day * (d - DaysBefore);
            if (d >= DaysBefore)
            {
                cohort = Fold(acting, cohort, lives, at);
            }

            var rules = new ProgramRules(d < DaysBefore ? acting with { State = ProgramState.Paused } : acting, cohort, grace);
            Live(lives, new AgentRules(settings, [rules], "simulation"), rules, at, isBefore: d < DaysBefore, stop);
            if (stop.IsCancellationRequested)
            {
                break;
            }

            if (d >= DaysBefore)
            {
                lived++;
                tally.Day(lived, lives);
            }

            progress(d + 1, DaysBefore + plan.Days);
        }

        return tally.Finish(lived, start, lives);
    }

    // The past ends with the last whole day.
    static Instant Start(SimulationPlan plan, PastLives? past)
    {
        if (plan.World != SimulatedWorld.Past)
        {
            return monday;
        }

        ArgumentNullException.ThrowIfNull(past);
        return new Instant(past.AsOf.UnixMilliseconds - (past.AsOf.UnixMilliseconds % (long)day.TotalMilliseconds)) - (day * plan.Days);
    }

    static List<SimulatedLife> Begin(ProgramDefinition program, WorkspaceSettings settings, SimulationPlan plan, Instant start, PastLives? past)
    {
        var paused = new AgentRules(settings, [new ProgramRules(program with { State = ProgramState.Paused }, CohortSnapshot.None(program.Id), grace)], "simulation");
        var channels = program.Messages.Select(message => message.Channel).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var lives = new List<SimulatedLife>(plan.Users);
        var users = plan.World == SimulatedWorld.Past
            ? past!.Agents.Where(PastLives.Suits).Take(plan.Users).Select(ISimulatedUser (agent) => new PastUser(agent, settings.TimeZone, plan.Seed))
            : Enumerable.Range(0, plan.Users).Select(ISimulatedUser (i) => new SyntheticUser(program, settings.TimeZone, plan, i));
        foreach (var user in users)
        {
            var life = new SimulatedLife(user, paused);
            life.Begin(start - day * DaysBefore, channels);
            lives.Add(life);
        }

        return lives;
    }

    static void Live(List<SimulatedLife> lives, AgentRules rules, ProgramRules program, Instant at, bool isBefore, CancellationToken stop)
    {
        foreach (var life in lives)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            life.Rules = rules;
            if (isBefore)
            {
                life.Before(at);
            }
            else
            {
                life.Live(at, program);
            }
        }
    }

    static CohortSnapshot Fold(ProgramDefinition program, CohortSnapshot before, List<SimulatedLife> lives, Instant asOf)
    {
        var fold = new CohortFold(program, before, asOf, grace);
        foreach (var life in lives)
        {
            fold.Add(life.State);
        }

        return fold.Finish();
    }
}
