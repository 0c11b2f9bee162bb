using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Decisions;

/// <summary>One action that a choice may take, with what is believed about it. The set it belongs to is named by the choice.</summary>
/// <param name="Action">Name of the action, unique in its set, case-sensitive.</param>
/// <param name="Posterior">Belief from prior and the user's own evidence: what is drawn from.</param>
/// <param name="Prior">Belief before the user's own evidence; kept for the decision's record.</param>
public sealed record EligibleAction(string Action, ArmPosterior Posterior, ArmPosterior Prior)
{
    /// <summary>Price c ≥ 0 subtracted from the value of this action, in its unit; 0 as a rule, above 0 only for Send.</summary>
    public double Price { get; init; }
}
