using System.Collections.Immutable;
using Aampe.Agents.Core.Populations;

namespace Aampe.Agents.Core.Agents.Joint;

/// <summary>What an agent keeps for the joint model of one program: its behaviour before the first message, and its own effects.</summary>
public sealed record AgentEffects
{
    /// <summary><see cref="JointSets.Key"/> that the statistic is laid out by.</summary>
    public required ulong Sets { get; init; }

    /// <summary><see cref="DailyOutcome.Key"/> of its rows.</summary>
    public required ulong Outcome { get; init; }

    /// <summary>Last UTC day that was looked at.</summary>
    public required int Through { get; init; }

    /// <summary>Organic days before the first message, each times its factor.</summary>
    public required double Exposure { get; init; }

    /// <summary>Outcome over those days.</summary>
    public required double Total { get; init; }

    /// <summary>Counts of all cells over those days.</summary>
    public required ImmutableArray<int> Counts { get; init; }

    /// <summary>Outcome expected of a day without messages, as it was believed when the first row was added: rows are measured from it.</summary>
    public required double Rate { get; init; }

    /// <summary>Variance of that expectation; the rows' own correction learns its error.</summary>
    public required double RateVariance { get; init; }

    /// <summary>XᵀWX, XᵀWy and what belongs to them.</summary>
    public required EffectStatistic Statistic { get; init; }

    /// <summary>Days that gave no row: another program's message, an outage, events no longer kept.</summary>
    public int Skipped { get; init; }

    /// <summary>Whether it was counted as a population counts: the same outcome, the same cells.</summary>
    public bool Fits(DailyOutcome outcome, BehaviourCells cells)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(cells);
        return Outcome == outcome.Key && Counts.Length == cells.Shape.Cells;
    }

    /// <summary>Behaviour before the first message.</summary>
    public BehaviourSummary Behaviour => new(Exposure, Total, Counts.AsSpan());
}
