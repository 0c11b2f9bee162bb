namespace Aampe.Agents.Core.Findings;

/// <summary>Users who got a message against similar users of the holdout, for one metric.</summary>
/// <param name="Metric">intent, conversion, goals or value.</param>
/// <param name="Effect">Mean difference within pairs; null = not known.</param>
/// <param name="StandardError">Of <paramref name="Effect"/>.</param>
public sealed record PairedMetric(string Metric, double? Effect, double? StandardError);
