using System.Collections.Immutable;
using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Decisions;

/// <summary>By which rule a choice is made.</summary>
public enum ChoiceRule
{
    /// <summary>Thompson sampling, mixed with posterior means (φ) and uniform picks (ε).</summary>
    Thompson,

    /// <summary>All eligible actions equally likely: the random-control arm of an experiment.</summary>
    Uniform,

    /// <summary>One action is prescribed: rules-only users, previews.</summary>
    Fixed,
}

/// <summary>One eligible action of a choice, as the decision's record keeps it.</summary>
/// <param name="Action">Name of the action.</param>
/// <param name="Prior">Belief before the user's own evidence.</param>
/// <param name="Posterior">Belief that was drawn from.</param>
/// <param name="Draw">Value that stood for the action, price taken off: a draw, or the mean; after the swap of an explored choice.</param>
/// <param name="SampledProbability">π: probability to be the largest draw; before φ and ε.</param>
/// <param name="MeanProbability">1/ties if the posterior mean is the largest, else 0.</param>
/// <param name="Propensity">π̃: probability with which the whole rule takes this action; what off-policy evaluation divides by.</param>
public sealed record ChoiceCandidate(
    string Action,
    ArmPosterior Prior,
    ArmPosterior Posterior,
    double Draw,
    double SampledProbability,
    double MeanProbability,
    double Propensity)
{
    /// <summary>Price c taken off the value of this action.</summary>
    public double Price { get; init; }
}

/// <summary>The action taken in one set, with all that explains and repeats it.</summary>
/// <param name="SetId">Name of the action set.</param>
/// <param name="Rule">Rule of the choice.</param>
/// <param name="Sampled">Whether the decision sampled (its φ draw) or took means.</param>
/// <param name="Candidates">Eligible actions in the order given.</param>
/// <param name="ChosenIndex">Index of the action taken.</param>
/// <param name="Explored">Whether the action was picked uniformly (ε).</param>
public sealed record Choice(
    string SetId,
    ChoiceRule Rule,
    bool Sampled,
    ImmutableArray<ChoiceCandidate> Candidates,
    int ChosenIndex,
    bool Explored)
{
    /// <summary>Redraws behind the probabilities where the model cannot integrate them; 0 = exact.</summary>
    public int EstimatedBy { get; init; }

    /// <summary>The candidate taken.</summary>
    public ChoiceCandidate Chosen => Candidates[ChosenIndex];

    /// <summary>Name of the action taken.</summary>
    public string Action => Chosen.Action;

    /// <summary>Probability with which the rule takes the action taken.</summary>
    public double Propensity => Chosen.Propensity;
}
