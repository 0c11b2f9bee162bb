using System.Collections.Immutable;
using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>What became of the A/A placebo.</summary>
/// <param name="Draws">Splits.</param>
/// <param name="Covered">Intervals that covered 0.</param>
/// <param name="NotKnown">Splits without an interval.</param>
/// <param name="Level">Level of the intervals.</param>
public sealed record PlaceboFinding(int Draws, int Covered, int NotKnown, double Level)
{
    /// <summary>Counts of p values; none in findings of earlier releases.</summary>
    public ImmutableArray<int> PValues { get; init; } = [];

    /// <summary>As the trust check counts it.</summary>
    public Placebo Check() => new(Draws, Covered, NotKnown, new ConfidenceLevel(Level)) { PValues = PValues };
}
