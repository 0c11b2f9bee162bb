using System.Collections.Immutable;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Decisions;

/// <summary>The default model: one belief per (context, set, action), all independent, each action of a message credited in full.</summary>
/// <remarks>docs/method.md §7 and §8. Beta if the priors are Beta, normal–inverse-gamma if they are Gaussian.</remarks>
public sealed class IndependentModel : IEffectModel
{
    readonly Func<Context, string, string, ArmPosterior> prior;
    readonly TimeSpan? forgettingHalfLife;
    readonly ImmutableDictionary<(Context Context, string Set, string Action), Evidence> evidence;

    /// <summary>A model without evidence.</summary>
    /// <param name="prior">Prior of a context, set and action; of the Beta or Gaussian case.</param>
    /// <param name="forgettingHalfLife">h_f; null = nothing is forgotten.</param>
    public IndependentModel(Func<Context, string, string, ArmPosterior> prior, TimeSpan? forgettingHalfLife)
        : this(prior, forgettingHalfLife, ImmutableDictionary<(Context, string, string), Evidence>.Empty)
    {
        ArgumentNullException.ThrowIfNull(prior);
    }

    IndependentModel(
        Func<Context, string, string, ArmPosterior> prior,
        TimeSpan? forgettingHalfLife,
        ImmutableDictionary<(Context Context, string Set, string Action), Evidence> evidence)
    {
        this.prior = prior;
        this.forgettingHalfLife = forgettingHalfLife;
        this.evidence = evidence;
    }

    /// <summary>Whether each set's action gets the whole effect (false, the default) or a share 1/sets of it.</summary>
    public bool SharedCredit { get; init; }

    /// <inheritdoc/>
    public double[] Sample(Context context, string set, IReadOnlyList<string> actions, Instant at, Random random)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return [.. actions.Select(action => Belief(context, set, action, at).Sample(random))];
    }

    /// <inheritdoc/>
    public ArmPosterior Belief(Context context, string set, string action, Instant at)
    {
        var known = evidence.GetValueOrDefault((context, set, action)).DecayedTo(at, forgettingHalfLife);
        return prior(context, set, action) switch
        {
            ArmPosterior.Beta beta => ArmPosterior.Of(known.Posterior(beta.Posterior)),
            ArmPosterior.Gaussian gaussian => ArmPosterior.Of(known.Posterior(gaussian.Posterior)),
            var other => throw new ArgumentException($"The prior of ({context}, {set}, {action}) must be Beta or Gaussian; was {other}."),
        };
    }

    /// <inheritdoc/>
    public ArmPosterior Prior(Context context, string set, string action) => prior(context, set, action);

    /// <inheritdoc/>
    public IEffectModel Update(Context context, IReadOnlyDictionary<string, string> actions, ObservedEffect effect)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var weight = SharedCredit ? effect.Weight / actions.Count : effect.Weight;
        var next = evidence;
        foreach (var (set, action) in actions)
        {
            var key = (context, set, action);
            next = next.SetItem(key, next.GetValueOrDefault(key).Add(effect.Success, effect.Effect, weight, effect.At, forgettingHalfLife));
        }

        return new IndependentModel(prior, forgettingHalfLife, next) { SharedCredit = SharedCredit };
    }

    /// <inheritdoc/>
    public IReadOnlyList<double>? Propensity(Context context, string set, IReadOnlyList<string> actions, Instant at)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return ThompsonSampling.Propensities([.. actions.Select(action => Belief(context, set, action, at))]);
    }
}
