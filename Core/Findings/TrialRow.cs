using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Findings;

/// <summary>What one user of an experiment did in the span that is counted.</summary>
/// <param name="Id">User id.</param>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Received">Whether a message of the program reached the user.</param>
/// <param name="Intent">Whether there was an intent event.</param>
/// <param name="Goals">Goal events.</param>
/// <param name="Value">Amount of the goal events; null where none of them carried one.</param>
/// <param name="GoalsBefore">Goal events of the 28 days before.</param>
/// <param name="Covariates">From before, in the order of <see cref="TrialFinding.Covariates"/>; empty for who was not there before.</param>
public sealed record TrialRow(string Id, string Arm, bool Received, bool Intent, int Goals, double? Value, double GoalsBefore, ImmutableArray<double> Covariates)
{
    /// <summary>What an agent's user did; null for who does not belong to it: not there yet, or an anonymous life that joined another.</summary>
    /// <param name="program">The program whose experiment it is.</param>
    /// <param name="frame">What is counted of it.</param>
    /// <param name="agent">The agent.</param>
    public static TrialRow? Of(ProgramDefinition program, TrialFrame frame, AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(agent);
        var (from, to) = (frame.From, frame.To);
        if (agent.MergedInto.Length > 0 || agent.FirstSeen >= to || from >= to)
        {
            return null;
        }

        var (intent, goals, value) = (false, 0, (double?)null);
        foreach (ref readonly var e in agent.History.Between(from, to))
        {
            intent |= program.Goal.IntentEvents.Contains(e.Type);
            if (program.Goal.Events.Contains(e.Type))
            {
                goals++;
                value = e.Value is { } amount ? (value ?? 0) + amount : value;
            }
        }

        var before = agent.History.Days.Sum28(from);
        return new TrialRow(
            agent.Agent,
            Agents.Arms.Of(program.Experiment.Salt, frame.Plan, agent.Id),
            agent.Sends.Any(send => send.ProgramId == program.Id && send.At >= from && send.At < to),
            intent,
            goals,
            value,
            before.Goals,
            agent.FirstSeen < from ? Before(agent, frame, before.Events, before.Goals) : []);
    }

    static ImmutableArray<double> Before(AgentState agent, TrialFrame frame, long events, long goals)
    {
        var silent = agent.History.Days.LastDayBefore(frame.From) is { } last ? frame.From.UtcDay - last : 28;
        return [Math.Log(1 + events), Math.Log(1 + goals), Math.Log(1 + silent), Math.Log(1 + (frame.From - agent.FirstSeen).TotalDays)];
    }
}
