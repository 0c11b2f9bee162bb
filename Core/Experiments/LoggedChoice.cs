namespace Aampe.Agents.Core.Experiments;

/// <summary>One choice of the log with what came of it.</summary>
/// <param name="Context">Key of the context at decision time.</param>
/// <param name="Action">The action that was sent.</param>
/// <param name="Outcome">Success (0 or 1) or effect in nats, of an identified effect; finite.</param>
/// <param name="Propensity">Probability that the logging policy gave the action, exploration included, in (0, 1]; none where the log has none.</param>
/// <param name="Estimated">Whether the propensity comes from redraws instead of integration.</param>
public sealed record LoggedChoice(string Context, string Action, double Outcome, double? Propensity, bool Estimated);
