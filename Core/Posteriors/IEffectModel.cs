using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>A model of what actions do to one user. Pure: an update gives a new model, randomness and time come in.</summary>
/// <remarks>docs/method.md §7. <see cref="JointModel"/> and <see cref="NeuralLinear"/> are options; the default, one belief an action, is Decisions.IndependentModel.</remarks>
public interface IEffectModel
{
    /// <summary>One draw of the value of each action, in the order given.</summary>
    /// <param name="context">Cell of the user's state.</param>
    /// <param name="set">Name of the action set.</param>
    /// <param name="actions">Eligible actions.</param>
    /// <param name="at">Moment of the decision.</param>
    /// <param name="random">Source of randomness.</param>
    double[] Sample(Context context, string set, IReadOnlyList<string> actions, Instant at, Random random);

    /// <summary>Belief about the value of one action: its mean is what a decision without sampling takes.</summary>
    ArmPosterior Belief(Context context, string set, string action, Instant at);

    /// <summary>Belief before the user's own evidence.</summary>
    ArmPosterior Prior(Context context, string set, string action);

    /// <summary>The model after one effect of a message (or a hold) that carried these actions, one a set.</summary>
    IEffectModel Update(Context context, IReadOnlyDictionary<string, string> actions, ObservedEffect effect);

    /// <summary>Probability that each action's draw is the largest; null if the model cannot say, then it is estimated by redraws.</summary>
    IReadOnlyList<double>? Propensity(Context context, string set, IReadOnlyList<string> actions, Instant at);
}
