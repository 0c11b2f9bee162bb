using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Schedules;

namespace Aampe.Agents.Grains.Schedules;

/// <summary>Sums of runs.</summary>
internal static class ShardRuns
{
    public static ShardRun Add(ShardRun run, AdvanceResult agent) => new(run.Agents + 1, run.Decisions + agent.Decisions, run.Effects + agent.Effects);
}
