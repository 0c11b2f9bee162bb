namespace Aampe.Agents.Trial.Report;

/// <summary>A number with its interval.</summary>
/// <param name="Value">Estimate.</param>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit.</param>
public sealed record Span(double Value, double Low, double High)
{
    /// <summary>Whether it holds a number.</summary>
    public bool Holds(double value) => Low <= value && value <= High;
}

/// <summary>One cell of the trial's table.</summary>
/// <param name="Feature">Id of the feature.</param>
/// <param name="Metric">intent, conversion or gmv.</param>
/// <param name="Scale">absolute (share of users) or relative.</param>
/// <param name="Estimate">By assignment, as the product reports it; null = undefined, and <paramref name="Why"/> says why.</param>
/// <param name="Why">Why there is no number.</param>
/// <param name="Planted">The truth: the same users with and without the agents' messages.</param>
/// <param name="Inside">Whether the interval holds the truth; null = there is no interval.</param>
/// <param name="Paired">Pairs by propensity, as the paper has them; null = undefined.</param>
/// <param name="PlantedReceived">The truth among users who got a message.</param>
/// <param name="PaperLow">The paper's interval; null = not applicable.</param>
/// <param name="PaperHigh">Its upper limit.</param>
/// <param name="AdjustedP">p by assignment, adjusted over the metrics (Holm).</param>
public sealed record TrialCell(
    string Feature, string Metric, string Scale, Span? Estimate, string? Why, double? Planted, bool? Inside, Span? Paired, double? PlantedReceived, double? PaperLow, double? PaperHigh, double? AdjustedP);
