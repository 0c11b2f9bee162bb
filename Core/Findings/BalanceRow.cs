namespace Aampe.Agents.Core.Findings;

/// <summary>How one covariate from before the experiment differs between two arms.</summary>
/// <param name="Covariate">Its name.</param>
/// <param name="Assigned">Agentic against the comparison, as assigned; null = not known.</param>
/// <param name="Received">Received against holdout, before pairing; null = not known.</param>
/// <param name="Paired">The same within pairs; null = not known.</param>
public sealed record BalanceRow(string Covariate, double? Assigned, double? Received, double? Paired);
