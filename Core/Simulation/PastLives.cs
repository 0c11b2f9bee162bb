using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Simulation;

/// <summary>Real users whose last weeks a program is lived through with.</summary>
/// <param name="Agents">What their agents know, in the order of the panel.</param>
/// <param name="AsOf">Moment up to which their events have been applied.</param>
public sealed record PastLives(IReadOnlyList<AgentState> Agents, Instant AsOf)
{
    /// <summary>Whether an agent's user can be lived through with: it is nobody else by now, and it has not opted out of tracking.</summary>
    public static bool Suits(AgentState agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return agent.MergedInto.Length == 0 && agent.WithdrawnAt is null && agent.FirstSeen < Instant.Latest;
    }
}
