using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Findings;

/// <summary>Folds agents, one after the other, into the arms of a program's experiment.</summary>
/// <param name="program">The program.</param>
/// <param name="asOf">Moment up to which the agents' events have been applied.</param>
/// <param name="grace">G of late events.</param>
public sealed class TrialFold(ProgramDefinition program, Instant asOf, TimeSpan grace)
{
    readonly TrialFrame frame = TrialFrame.Of(program, asOf, grace);
    readonly List<TrialRow> rows = [];

    /// <summary>Adds one agent; before the experiment began there is nothing to compare.</summary>
    public void Add(AgentState agent)
    {
        if (TrialRow.Of(program, frame, agent) is { } row)
        {
            rows.Add(row);
        }
    }

    /// <summary>The fold; null before there is anybody.</summary>
    public TrialFinding? Finish() => TrialCount.Of(frame, rows);
}
