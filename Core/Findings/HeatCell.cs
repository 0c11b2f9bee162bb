using System.Collections.Immutable;
using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Findings;

/// <summary>An action among users of one lifecycle, beside the mean of its set there.</summary>
/// <param name="Of">The action.</param>
/// <param name="FromSetMean">Its mean less the mean of the set's effects among these users, in the findings' unit.</param>
/// <param name="Certainty">Probability that the difference has the sign it shows; null = not known.</param>
public sealed record HeatCell(ActionFinding Of, double FromSetMean, double? Certainty)
{
    /// <summary>The cells of a set, lifecycle by lifecycle.</summary>
    public static ImmutableArray<HeatCell> OfSet(ProgramFindings findings, string set)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var cells = ImmutableArray.CreateBuilder<HeatCell>();
        foreach (var lifecycle in findings.Actions.Where(one => one.Set == set).GroupBy(one => one.Lifecycle, StringComparer.Ordinal))
        {
            var total = lifecycle.Sum(one => one.Effects);
            var mean = total > 0 ? lifecycle.Sum(one => one.Effects * one.Mean) / total : lifecycle.Average(one => one.Mean);
            cells.AddRange(lifecycle.Select(one => new HeatCell(one, one.Mean - mean, one.Variance is > 0 and var variance ? Normal.CDF(0, Math.Sqrt(variance), Math.Abs(one.Mean - mean)) : null)));
        }

        return cells.ToImmutable();
    }
}
