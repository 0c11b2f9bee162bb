using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// What the population teaches about a new user: types with their share, behaviour and mean effects, how effects go with behaviour within a
/// type, how widely users spread around that, and the noise of outcomes.
/// </summary>
/// <remarks>docs/method.md §9a: θ | type z, features f ~ N(μ_z + B·f, Σ), Σ = ΛΛᵀ + D.</remarks>
public sealed class PopulationPrior
{
    readonly double[] logShares;
    double[]? precisionFactor;

    /// <summary>Joins the parts.</summary>
    /// <param name="types">Behaviour of each type; at least one.</param>
    /// <param name="shares">Share of each type, &gt; 0; scaled to sum to 1.</param>
    /// <param name="means">μ: K rows of P.</param>
    /// <param name="slopes">B: F columns of P each, f after f; empty = no features.</param>
    /// <param name="centres">Mean of each feature in the population.</param>
    /// <param name="scales">Standard deviation of each feature.</param>
    /// <param name="covariance">Σ, packed lower triangle, P(P + 1)/2.</param>
    /// <param name="noise">Dispersion: variance of an outcome over its expected count, &gt; 0.</param>
    /// <exception cref="ArgumentException">Σ is not positive definite, or sizes do not fit.</exception>
    public PopulationPrior(
        ImmutableArray<TypeLaw> types, ReadOnlySpan<double> shares, ImmutableArray<double[]> means, ImmutableArray<double[]> slopes,
        ReadOnlySpan<double> centres, ReadOnlySpan<double> scales, ReadOnlySpan<double> covariance, double noise)
    {
        if (types.IsDefaultOrEmpty || shares.Length != types.Length || means.Length != types.Length)
        {
            throw new ArgumentException($"{types.Length} types need as many shares and means; there are {shares.Length} and {means.Length}.", nameof(types));
        }

        Types = types;
        Means = means;
        Slopes = slopes;
        Centres = [.. centres];
        Scales = [.. scales];
        Covariance = [.. covariance];
        Noise = Require.Positive(noise);
        Dimension = means[0].Length;
        if (covariance.Length != Dimension * (Dimension + 1) / 2)
        {
            throw new ArgumentException($"Σ needs {Dimension * (Dimension + 1) / 2} numbers; it has {covariance.Length}.", nameof(covariance));
        }

        var total = 0.0;
        foreach (var share in shares)
        {
            total += Require.Positive(share);
        }

        // Shares that sum to 1 stay as they are, so that a stored prior comes back as it was.
        Shares = [.. shares.ToArray().Select(share => Math.Abs(total - 1) < 1e-12 ? share : share / total)];
        logShares = [.. Shares.Select(Math.Log)];

        var factor = covariance.ToArray();
        if (!SmallCholesky.Factor(factor, Dimension))
        {
            throw new ArgumentException("The covariance Σ must be positive definite.", nameof(covariance));
        }

        LogDeterminant = SmallCholesky.LogDeterminant(factor, Dimension);
        var precision = new double[covariance.Length];
        SmallCholesky.AddInverse(factor, Dimension, precision, 1);
        Precision = precision;
    }

    /// <summary>P, coefficients of the effect model.</summary>
    public int Dimension { get; }

    /// <summary>Behaviour of each type.</summary>
    public ImmutableArray<TypeLaw> Types { get; }

    /// <summary>μ.</summary>
    public ImmutableArray<double[]> Means { get; }

    /// <summary>B, a column of P for each feature; empty = effects do not go with behaviour within a type.</summary>
    public ImmutableArray<double[]> Slopes { get; }

    /// <summary>Mean of each feature in the population.</summary>
    public ImmutableArray<double> Centres { get; }

    /// <summary>Standard deviation of each feature.</summary>
    public ImmutableArray<double> Scales { get; }

    /// <summary>Σ, packed lower triangle.</summary>
    public ImmutableArray<double> Covariance { get; }

    /// <summary>Variance of an outcome over its expected count.</summary>
    public double Noise { get; }

    /// <summary>e² ≥ 0: variance of what is known of an action's mean effect, mean over users and actions. What exploration still has to settle.</summary>
    public double MeanError { get; init => field = Require.NotNegative(value); }

    /// <summary>How effects move; <see cref="EffectDrift.None"/> until something is known of it.</summary>
    public EffectDrift Drift { get; init; } = EffectDrift.None;

    /// <summary>Σ⁻¹, packed lower triangle.</summary>
    internal double[] Precision { get; }

    /// <summary>Cholesky factor of Σ⁻¹, packed.</summary>
    internal double[] Factor => precisionFactor ??= Factorised();

    /// <summary>ln |Σ|.</summary>
    internal double LogDeterminant { get; }

    /// <summary>ln share of each type.</summary>
    internal ReadOnlySpan<double> LogShares => logShares;

    /// <summary>Share of each type.</summary>
    public ImmutableArray<double> Shares { get; }

    /// <summary>This prior with other outcomes' noise.</summary>
    public PopulationPrior WithNoise(double noise) => new(Types, Shares.AsSpan(), Means, Slopes, Centres.AsSpan(), Scales.AsSpan(), Covariance.AsSpan(), noise) { MeanError = MeanError, Drift = Drift };

    /// <summary>This prior a day later: all means have made the step, and what agents know must be carried along.</summary>
    /// <param name="step">P numbers.</param>
    /// <param name="halfLifeDays">Half-life of what agents know of their own effects; null = nothing is forgotten.</param>
    /// <param name="kept">Most steps to keep, for agents that come late.</param>
    public PopulationPrior Moved(double[] step, double? halfLifeDays, int kept) =>
        new(Types, Shares.AsSpan(), [.. Means.Select(mean => mean.Zip(step, (at, moved) => at + moved).ToArray())], Slopes, Centres.AsSpan(), Scales.AsSpan(), Covariance.AsSpan(), Noise)
        {
            Drift = Drift.With(step, kept) with { HalfLifeDays = halfLifeDays is { } days ? Require.Positive(days) : null },
        };

    /// <summary>What a user's behaviour says before any message.</summary>
    public UserPrior Of(in BehaviourSummary summary)
    {
        var weights = TypeWeights(summary, out var likelihoods);
        var (mean, square) = (0.0, 0.0);
        for (var k = 0; k < weights.Length; k++)
        {
            var rate = Types[k].Rate(summary);
            mean += weights[k] * rate.Mean;
            square += weights[k] * (rate.Variance + rate.Mean * rate.Mean);
        }

        return new(this, likelihoods, Standardised(summary), mean, Math.Max(0, square - mean * mean));
    }

    /// <summary>P(type | behaviour), and ln P(behaviour | type).</summary>
    internal double[] TypeWeights(in BehaviourSummary summary, out float[] likelihoods)
    {
        likelihoods = new float[Types.Length];
        var logs = new double[Types.Length];
        for (var k = 0; k < likelihoods.Length; k++)
        {
            likelihoods[k] = Types.Length == 1 ? 0 : (float)Types[k].LogLikelihood(summary);
            logs[k] = likelihoods[k] + logShares[k];
        }

        return UserPrior.Normalise(logs);
    }

    /// <summary>Features, standardised; none when the prior has no slopes.</summary>
    double[] Standardised(in BehaviourSummary summary) =>
        Slopes.IsEmpty ? [] : FeatureScale.Standardised(Types[0].Shape, summary, Centres.AsSpan(), Scales.AsSpan());

    double[] Factorised()
    {
        var packed = (double[])Precision.Clone();
        return SmallCholesky.Factor(packed, Dimension)
            ? packed
            : throw new ArithmeticException("The precision of a population is not positive definite: its covariance is damaged.");
    }
}
