using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>What an empty cell costs.</summary>
/// <param name="Instead">Message that agents take in its place.</param>
/// <param name="PerDecision">Expected effect of the pair less that of <paramref name="Instead"/>, 90 % interval, in the findings' unit.</param>
/// <param name="Effects">n: effects behind it.</param>
/// <param name="DecisionsPerWeek">Decisions a week that draw the pair; null = not known.</param>
public sealed record ContentGap(string Instead, Estimate.Known PerDecision, double Effects, double? DecisionsPerWeek)
{
    /// <summary>Per week; null = how often the pair is drawn is not known.</summary>
    public double? PerWeek => DecisionsPerWeek is { } decisions ? PerDecision.Value * decisions : null;
}
