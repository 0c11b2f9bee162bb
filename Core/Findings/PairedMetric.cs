using Aampe.Agents.Core.Experiments;

namespace Aampe.Agents.Core.Findings;

/// <summary>Users who got a message against similar users of the holdout, for one metric.</summary>
/// <param name="Metric">intent, conversion, goals or value.</param>
/// <param name="Effect">Mean difference within pairs; null = not known.</param>
/// <param name="StandardError">Of <paramref name="Effect"/>.</param>
public sealed record PairedMetric(string Metric, double? Effect, double? StandardError)
{
    /// <summary>Outcomes of the treated users of the pairs; null = an older release counted.</summary>
    public Moments? Treated { get; init; }

    /// <summary>Mean outcome of the controls of the pairs; null = an older release counted.</summary>
    public double? ControlMean { get; init; }
}
