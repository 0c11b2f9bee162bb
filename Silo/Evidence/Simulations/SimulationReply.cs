using Aampe.Agents.Core.Experiments;
using Aampe.Agents.Core.Simulation;
using Aampe.Agents.Silo.Evidence.Operations;

namespace Aampe.Agents.Silo.Evidence.Simulations;

/// <summary>What a simulation came to.</summary>
public sealed record SimulationReply(
    string ProgramId, long ProgramVersion, int Users, int Days, long Seed, string World, bool Partial, DateTimeOffset RanAt, long Decisions, long Sends, long Holds, double StoppedByCaps,
    IReadOnlyList<SimulatedDay> SendsByDay, IReadOnlyList<NamedCount> HoldsByReason, IReadOnlyList<WeekLoad> SendsPerUserWeek, IReadOnlyList<CapLoad> Caps, IReadOnlyList<ActionCoverage> Coverage,
    double WithoutMessage, EstimateReply ExplorationCost, long? GoalsSeen, int RenderedUsers, IReadOnlyList<string> RenderFaults, string Hash)
{
    static readonly ConfidenceLevel level = new(Evidencing.Level90);

    /// <summary>The reply of a result.</summary>
    public static SimulationReply Of(SimulationResult run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new SimulationReply(
            run.ProgramId, run.ProgramVersion, run.Users, run.Days, run.Seed, run.World, run.Partial, run.RanAt, run.Decisions, run.Sends, run.Holds, run.StoppedByCaps, run.SendsByDay, run.HoldsByReason, run.SendsPerUserWeek,
            run.Caps, run.Coverage, run.WithoutMessage, Evidencing.Reply(Core.Findings.ExplorationCost.MeanOf(run.ExplorationCost, level), level), run.GoalsSeen, run.RenderedUsers, run.RenderFaults, run.Hash);
    }
}

/// <summary>The launch gate of a program.</summary>
public sealed record LaunchGateReply(string ProgramId, string Name, string State, long ProgramVersion, bool Passed, IReadOnlyList<LaunchCheck> Checks, SimulationReply? Simulation, OperationRecord? Running);
