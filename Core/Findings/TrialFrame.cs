using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>What is counted of a program's experiment: the span, the arms, and what of an agent belongs to it.</summary>
public sealed class TrialFrame
{
    /// <summary>Days looked at where the plan fixes no start.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(28);

    /// <summary>Longest span: agents remember sends so long (<see cref="DeliveryFacts.SendsKept"/>).</summary>
    public static readonly TimeSpan Longest = DeliveryFacts.SendsKept;

    readonly ProgramDefinition program;

    /// <summary>Frames the experiment of a program as it is to be counted at a moment.</summary>
    /// <param name="program">The program.</param>
    /// <param name="asOf">Moment up to which events have been applied.</param>
    /// <param name="grace">G of late events.</param>
    public TrialFrame(ProgramDefinition program, Instant asOf, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(program);
        (this.program, AsOf) = (program, asOf);
        var planned = program.Experiment.StartsAt ?? asOf - Usual;
        To = program.Experiment.EndsAt is { } end ? Instant.Min(end, asOf) : asOf;
        From = Instant.Max(planned, asOf - Longest);
        IsCut = From > planned;
        IsInterim = program.Experiment.HorizonWith(grace)?.IsInterim(asOf);
        Plan = Agents.Arms.PlanOf(program.Experiment);
    }

    /// <summary>Id of the program.</summary>
    public string Program => program.Id;

    /// <summary>Moment of the count.</summary>
    public Instant AsOf { get; }

    /// <summary>Start of what is counted.</summary>
    public Instant From { get; }

    /// <summary>End of it.</summary>
    public Instant To { get; }

    /// <summary>Whether the plan began earlier than agents remember.</summary>
    public bool IsCut { get; }

    /// <summary>Whether the look is before the end that was fixed; null = none was.</summary>
    public bool? IsInterim { get; }

    /// <summary>Arms by bucket.</summary>
    public ArmPlan Plan { get; }

    /// <summary>Whether the program names intent events.</summary>
    public bool HasIntent => program.Goal.IntentEvents.Count > 0;

    /// <summary>What an agent's user did; null for who does not belong to it: not there yet, or an anonymous life that joined another.</summary>
    public TrialRow? RowOf(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (agent.MergedInto.Length > 0 || agent.FirstSeen >= To || From >= To)
        {
            return null;
        }

        var (intent, goals, value) = (false, 0, (double?)null);
        foreach (ref readonly var e in agent.History.Between(From, To))
        {
            intent |= program.Goal.IntentEvents.Contains(e.Type);
            if (program.Goal.Events.Contains(e.Type))
            {
                goals++;
                value = e.Value is { } amount ? (value ?? 0) + amount : value;
            }
        }

        var before = agent.History.Days.Sum28(From);
        return new TrialRow(
            agent.Agent,
            Agents.Arms.Of(program.Experiment.Salt, Plan, agent.Id),
            agent.Sends.Any(send => send.ProgramId == program.Id && send.At >= From && send.At < To),
            intent,
            goals,
            value,
            before.Goals,
            agent.FirstSeen < From ? Covariates(agent, before.Events, before.Goals) : []);
    }

    ImmutableArray<double> Covariates(AgentState agent, long events, long goals)
    {
        var silent = agent.History.Days.LastDayBefore(From) is { } last ? From.UtcDay - last : 28;
        return [Math.Log(1 + events), Math.Log(1 + goals), Math.Log(1 + silent), Math.Log(1 + (From - agent.FirstSeen).TotalDays)];
    }
}
