using System.Collections.Immutable;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Option: one additive Gaussian over the actions of all sets, so that the regression splits the credit among them.</summary>
/// <remarks>docs/method.md §7. The value of an action is its coefficient; only differences within a set matter.</remarks>
public sealed class JointModel : IEffectModel
{
    readonly JointLayout layout;
    readonly Func<Context, JointGaussian> prior;
    readonly TimeSpan? forgettingHalfLife;
    readonly ImmutableDictionary<Context, JointEvidence> evidence;

    /// <summary>A model without evidence.</summary>
    /// <param name="layout">Order of the coefficients.</param>
    /// <param name="prior">Prior of a context, from the cohort.</param>
    /// <param name="forgettingHalfLife">h_f; null = nothing is forgotten.</param>
    public JointModel(JointLayout layout, Func<Context, JointGaussian> prior, TimeSpan? forgettingHalfLife)
        : this(layout, prior, forgettingHalfLife, ImmutableDictionary<Context, JointEvidence>.Empty)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(prior);
    }

    JointModel(JointLayout layout, Func<Context, JointGaussian> prior, TimeSpan? forgettingHalfLife, ImmutableDictionary<Context, JointEvidence> evidence)
    {
        this.layout = layout;
        this.prior = prior;
        this.forgettingHalfLife = forgettingHalfLife;
        this.evidence = evidence;
    }

    /// <summary>Belief about all coefficients of a context.</summary>
    public JointGaussian Joint(Context context, Instant at) =>
        evidence.TryGetValue(context, out var known) ? prior(context).Posterior(known.DecayedTo(at, forgettingHalfLife)) : prior(context);

    /// <summary>Belief about the total value of a message that carries these actions.</summary>
    public GaussianPosterior MessageValue(Context context, IReadOnlyDictionary<string, string> actions, Instant at) =>
        Joint(context, at).Value(layout.Row(actions));

    /// <inheritdoc/>
    public double[] Sample(Context context, string set, IReadOnlyList<string> actions, Instant at, Random random)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var theta = Joint(context, at).Sample(random);
        return [.. actions.Select(action => theta[layout.PlaceOf(set, action)])];
    }

    /// <inheritdoc/>
    public ArmPosterior Belief(Context context, string set, string action, Instant at) => Marginal(Joint(context, at), set, action);

    /// <inheritdoc/>
    public ArmPosterior Prior(Context context, string set, string action) => Marginal(prior(context), set, action);

    /// <inheritdoc/>
    public IEffectModel Update(Context context, IReadOnlyDictionary<string, string> actions, ObservedEffect effect)
    {
        var known = evidence.GetValueOrDefault(context) ?? JointEvidence.Empty(layout.Dimension);
        var next = known.Add(layout.Row(actions), effect.Effect, effect.Weight, effect.At, forgettingHalfLife);
        return new JointModel(layout, prior, forgettingHalfLife, evidence.SetItem(context, next));
    }

    /// <inheritdoc/>
    public IReadOnlyList<double>? Propensity(Context context, string set, IReadOnlyList<string> actions, Instant at) => null;

    ArmPosterior Marginal(JointGaussian joint, string set, string action)
    {
        var row = new double[layout.Dimension];
        row[layout.PlaceOf(set, action)] = 1;
        return ArmPosterior.Of(joint.Value(row));
    }
}
