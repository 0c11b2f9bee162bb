using System.Collections.Immutable;

namespace Aampe.Agents.Core.Findings;

/// <summary>What one user of an experiment did in the span that is counted.</summary>
/// <param name="Id">User id.</param>
/// <param name="Arm">agentic, random, rules or holdout.</param>
/// <param name="Received">Whether a message of the program reached the user.</param>
/// <param name="Intent">Whether there was an intent event.</param>
/// <param name="Goals">Goal events.</param>
/// <param name="Value">Amount of the goal events; null where none of them carried one.</param>
/// <param name="GoalsBefore">Goal events of the 28 days before.</param>
/// <param name="Covariates">From before, in the order of <see cref="TrialFinding.Covariates"/>; empty for who was not there before.</param>
public sealed record TrialRow(string Id, string Arm, bool Received, bool Intent, int Goals, double? Value, double GoalsBefore, ImmutableArray<double> Covariates);
