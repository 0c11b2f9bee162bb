using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// How likely a joint decision was, and how likely each action of each set: what off-policy evaluation divides by. What uniform choices and
/// the belief's mean do is exact; only what draws do is counted.
/// </summary>
/// <remarks>docs/method.md §10a. Holding and the actions of any one set sum to 1.</remarks>
public sealed record JointPropensity
{
    /// <summary>R: redraws behind an estimate.</summary>
    public const int DefaultRedraws = 1000;

    // Variance of each action's counted part.
    double[][] counted = [];

    JointPropensity(double hold, double holdError, double chosen, double chosenError, ImmutableArray<ImmutableArray<double>> actions, int estimatedBy)
    {
        (Hold, HoldError, Chosen, ChosenError, Actions, EstimatedBy) = (hold, holdError, chosen, chosenError, actions, estimatedBy);
    }

    /// <summary>Probability that nothing is sent.</summary>
    public double Hold { get; }

    /// <summary>Standard error of <see cref="Hold"/>; 0 where exact.</summary>
    public double HoldError { get; }

    /// <summary>Probability of what was done: this very combination of actions, or nothing.</summary>
    public double Chosen { get; }

    /// <summary>Standard error of <see cref="Chosen"/>; 0 where exact.</summary>
    public double ChosenError { get; }

    /// <summary>For each set and action the probability that a message with it is sent; 0 where it is not eligible.</summary>
    public ImmutableArray<ImmutableArray<double>> Actions { get; }

    /// <summary>Redraws behind the part that is counted; 0 = all exact.</summary>
    public int EstimatedBy { get; }

    /// <summary>Standard error of the probability of an action.</summary>
    /// <param name="set">Index of the set.</param>
    /// <param name="action">Index of the action.</param>
    public double ErrorOf(int set, int action) => EstimatedBy == 0 ? 0 : Math.Sqrt(counted[set][action]);

    /// <summary>Probabilities under a plan.</summary>
    /// <param name="belief">The belief that was chosen by.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="eligible">What could be chosen.</param>
    /// <param name="plan">How the decision explored.</param>
    /// <param name="tiring">What sending cost.</param>
    /// <param name="chosen">Action of each set of the message that was sent; empty = nothing was.</param>
    /// <param name="redraws">R ≥ 1, used only where the plan draws.</param>
    /// <param name="random">Generator of the redraws: the same gives the same estimate.</param>
    /// <exception cref="ArgumentException">What was sent could not be chosen.</exception>
    public static JointPropensity Of(
        EffectBelief belief, EffectLayout layout, EligibleActions eligible, ExplorationPlan plan, Tiring tiring, ReadOnlySpan<byte> chosen, int redraws, Random random)
    {
        ArgumentNullException.ThrowIfNull(belief);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(eligible);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(random);
        Require.Between(redraws, 1, int.MaxValue);
        Check(layout, eligible, chosen);
        if (!eligible.MaySend)
        {
            return new(1, 0, 1, 0, [.. layout.Sets.Select(actions => ImmutableArray.Create(new double[actions]))], 0);
        }

        var table = new ChoiceTable(layout, eligible, chosen);
        table.AddUniform(plan.Uniform * plan.UniformSends, plan.Uniform * (1 - plan.UniformSends));
        var mean = belief.Mean();
        table.AddBest(mean, tiring, (1 - plan.Uniform) * (1 - plan.Sampled));
        var share = (1 - plan.Uniform) * plan.Sampled;
        if (share > 0)
        {
            table.AddDraws(belief, mean, plan.Width, tiring, share, redraws, random);
        }

        return new(table.Hold, Math.Sqrt(table.HoldVariance), table.Chosen, Math.Sqrt(table.ChosenVariance), [.. table.Actions.Select(ImmutableArray.Create)], share > 0 ? redraws : 0)
        {
            counted = table.ActionVariances,
        };
    }

    static void Check(EffectLayout layout, EligibleActions eligible, ReadOnlySpan<byte> chosen)
    {
        if (eligible.Sets != layout.Sets.Length || (chosen.Length != 0 && chosen.Length != layout.Sets.Length))
        {
            throw new ArgumentException($"{layout.Sets.Length} sets need as many masks and actions; there are {eligible.Sets} and {chosen.Length}.", nameof(chosen));
        }

        for (var s = 0; s < chosen.Length; s++)
        {
            if (!eligible.MaySend || !eligible.Has(s, chosen[s]))
            {
                throw new ArgumentException($"Action {chosen[s]} of set {s} could not be sent.", nameof(chosen));
            }
        }
    }
}
