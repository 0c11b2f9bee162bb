namespace Aampe.Agents.Core.Programs;

/// <summary>How users are split among arms: a stable hash of salt and user on 10,000 buckets (method §12).</summary>
/// <param name="Salt">Never changed while the experiment runs.</param>
/// <param name="Agentic">Weight of agents that learn and choose; weights are shares of their sum.</param>
/// <param name="Random">Weight of uniform choice under the same guardrails.</param>
/// <param name="Rules">Weight of the built-in fixed sequence.</param>
/// <param name="Holdout">Weight of users that are never messaged.</param>
public sealed record ExperimentPlan(string Salt, int Agentic, int Random, int Rules, int Holdout);
