using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>An agent's way through time.</summary>
public static class AgentRun
{
    const int MostSteps = 10_000;

    /// <summary>The steps that bring an agent to a moment; none when nothing is due.</summary>
    /// <param name="state">The agent.</param>
    /// <param name="rules">What it goes by.</param>
    /// <param name="until">Everything due up to and including this moment.</param>
    /// <param name="stepwise">
    /// True: each thing happens as of its own due moment, and the way ends after something was put into the outbox. False: all happens once, as of
    /// <paramref name="until"/>: after downtime a user gets one evaluation, not one per missed slot (R11).
    /// </param>
    public static IReadOnlyList<AgentStep> Steps(AgentState state, AgentRules rules, Instant until, bool stepwise)
    {
        ArgumentNullException.ThrowIfNull(state);
        var steps = new List<AgentStep>();
        while (steps.Count < MostSteps && Scheduling.NextDue(state, rules, state.ActedAt) is { } due && due <= until)
        {
            var step = new AgentStep(state, rules, stepwise ? due : until);
            Living.Advance(step);
            steps.Add(step);
            state = step.State;
            if (!stepwise || step.HasOutgoing)
            {
                break;
            }
        }

        return steps;
    }
}
