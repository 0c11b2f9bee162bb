using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Plug-in for learned features: any network gives φ(context, set, action), a Bayesian linear layer on top gives value and doubt.</summary>
/// <remarks>docs/method.md §7: A = λI + Σφφᵀ, m = A⁻¹Σφy, noise InvGamma(a, b); value = φᵀθ. λ = 1 suits standardised features.</remarks>
public sealed class NeuralLinear : IEffectModel
{
    readonly Func<Context, string, string, double[]> features;
    readonly JointGaussian prior;
    readonly JointEvidence evidence;
    readonly TimeSpan? forgettingHalfLife;
    readonly JointGaussian posterior;

    /// <summary>A model without evidence.</summary>
    /// <param name="features">φ of a context, set and action; always <paramref name="dimension"/> numbers.</param>
    /// <param name="dimension">Number of features, ≥ 1.</param>
    /// <param name="ridge">λ &gt; 0: precision of each coefficient before any data.</param>
    /// <param name="a">Shape of the noise variance, &gt; 0.</param>
    /// <param name="b">Scale of the noise variance, &gt; 0.</param>
    /// <param name="forgettingHalfLife">h_f; null = nothing is forgotten.</param>
    public NeuralLinear(Func<Context, string, string, double[]> features, int dimension, double ridge, double a, double b, TimeSpan? forgettingHalfLife)
        : this(features, Ridge(dimension, ridge, a, b), JointEvidence.Empty(dimension), forgettingHalfLife)
    {
        ArgumentNullException.ThrowIfNull(features);
    }

    NeuralLinear(Func<Context, string, string, double[]> features, JointGaussian prior, JointEvidence evidence, TimeSpan? forgettingHalfLife)
    {
        this.features = features;
        this.prior = prior;
        this.evidence = evidence;
        this.forgettingHalfLife = forgettingHalfLife;
        posterior = prior.Posterior(evidence);
    }

    /// <summary>Belief about the coefficients at the last update.</summary>
    public JointGaussian Coefficients => posterior;

    /// <inheritdoc/>
    public double[] Sample(Context context, string set, IReadOnlyList<string> actions, Instant at, Random random)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var theta = At(at).Sample(random);
        return [.. actions.Select(action => FeaturesOf(context, set, action).Zip(theta, (x, t) => x * t).Sum())];
    }

    /// <inheritdoc/>
    public ArmPosterior Belief(Context context, string set, string action, Instant at) => ArmPosterior.Of(At(at).Value(FeaturesOf(context, set, action)));

    /// <inheritdoc/>
    public ArmPosterior Prior(Context context, string set, string action) => ArmPosterior.Of(prior.Value(FeaturesOf(context, set, action)));

    /// <inheritdoc/>
    public IEffectModel Update(Context context, IReadOnlyDictionary<string, string> actions, ObservedEffect effect)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var next = evidence;
        foreach (var (set, action) in actions)
        {
            next = next.Add(FeaturesOf(context, set, action), effect.Effect, effect.Weight, effect.At, forgettingHalfLife);
        }

        return new NeuralLinear(features, prior, next, forgettingHalfLife);
    }

    /// <inheritdoc/>
    public IReadOnlyList<double>? Propensity(Context context, string set, IReadOnlyList<string> actions, Instant at) => null;

    // A network that gives NaN or one number too few must be named here, not three steps later by a draw that compares with nothing.
    double[] FeaturesOf(Context context, string set, string action)
    {
        var row = features(context, set, action);
        return row.Length == prior.Dimension && Array.TrueForAll(row, double.IsFinite)
            ? row
            : throw new ArgumentException($"Features of ({context}, {set}, {action}) must be {prior.Dimension} finite numbers; were [{string.Join(", ", row)}].");
    }

    JointGaussian At(Instant at) =>
        forgettingHalfLife is null || at <= evidence.LastAt ? posterior : prior.Posterior(evidence.DecayedTo(at, forgettingHalfLife));

    static JointGaussian Ridge(int dimension, double ridge, double a, double b)
    {
        Require.Between(dimension, 1, int.MaxValue);
        Require.Positive(ridge);
        var covariance = new double[dimension * dimension];
        for (var i = 0; i < dimension; i++)
        {
            covariance[i * dimension + i] = 1 / ridge;
        }

        return new(new double[dimension], covariance, a, b);
    }
}
