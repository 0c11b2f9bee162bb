using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// What an agent believes about all its effects at once: a mixture over types of Gaussians with one covariance (Σ⁻¹ + XᵀWX)⁻¹. Conjugate: one
/// Cholesky factor serves all types.
/// </summary>
/// <remarks>docs/method.md §7a.</remarks>
public sealed partial class EffectBelief
{
    readonly double[] factor;
    readonly double[] means;
    readonly double[] weights;
    readonly int[] types;

    internal EffectBelief(int dimension, double[] factor, double[] means, double[] weights, int[] types, double logEvidence)
    {
        Dimension = dimension;
        this.factor = factor;
        this.means = means;
        this.weights = weights;
        this.types = types;
        LogEvidence = logEvidence;
    }

    /// <summary>P.</summary>
    public int Dimension { get; }

    /// <summary>Probability of each kept type, given behaviour and own effects.</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>Index of each kept type in the population's prior.</summary>
    public ReadOnlySpan<int> Types => types;

    /// <summary>ln p(own effects | population, behaviour), without terms in 2π.</summary>
    public double LogEvidence { get; }

    /// <summary>Cholesky factor of the precision, packed.</summary>
    internal ReadOnlySpan<double> Factor => factor;

    /// <summary>The belief of a user with these effects.</summary>
    /// <param name="prior">The user's prior.</param>
    /// <param name="own">The user's statistic, already decayed to now.</param>
    /// <exception cref="ArgumentException">The statistic has another number of coefficients than the prior.</exception>
    public static EffectBelief Of(UserPrior prior, EffectStatistic own)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(own);
        var population = prior.Population;
        var n = population.Dimension;
        if (own.Dimension != n)
        {
            throw new ArgumentException($"The statistic has {own.Dimension} coefficients, the prior {n}.", nameof(own));
        }

        var products = own.Products;
        var sums = own.Sums;
        var factor = (double[])population.Precision.Clone();
        for (var i = 0; i < factor.Length; i++)
        {
            factor[i] += products[i];
        }

        if (!SmallCholesky.Factor(factor, n))
        {
            throw new ArithmeticException("The precision of a belief is not positive definite: the statistic is damaged.");
        }

        var types = prior.Types;
        var means = new double[types.Length * n];
        var logs = new double[types.Length];
        Span<double> residual = stackalloc double[n];
        for (var t = 0; t < types.Length; t++)
        {
            var mean = means.AsSpan(t * n, n);
            prior.MeanOf(types[t], mean);
            // r = XᵀWy − XᵀWX·m; the evidence of the type is mᵀXᵀWy − ½mᵀXᵀWX·m + ½rᵀA⁻¹r.
            SmallCholesky.Multiply(products, mean, residual);
            var log = 0.0;
            for (var i = 0; i < n; i++)
            {
                log += mean[i] * (sums[i] - 0.5 * residual[i]);
                residual[i] = sums[i] - residual[i];
            }

            SmallCholesky.SolveLower(factor, residual);
            for (var i = 0; i < n; i++)
            {
                log += 0.5 * residual[i] * residual[i];
            }

            SmallCholesky.SolveUpper(factor, residual);
            for (var i = 0; i < n; i++)
            {
                mean[i] += residual[i];
            }

            logs[t] = prior.LogWeights[t] + log;
        }

        var weights = UserPrior.Normalise(logs);
        var evidence = UserPrior.LogSum(logs) - UserPrior.LogSum(prior.LogWeights);
        evidence += 0.5 * (own.LogWeights - own.Squares - population.LogDeterminant - SmallCholesky.LogDeterminant(factor, n));
        return new(n, factor, means, weights, types.ToArray(), evidence);
    }

    /// <summary>The belief of a user without effects of its own: the prior, by the factor that all such users share.</summary>
    internal static EffectBelief Of(UserPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var population = prior.Population;
        var n = population.Dimension;
        var types = prior.Types;
        var means = new double[types.Length * n];
        for (var t = 0; t < types.Length; t++)
        {
            prior.MeanOf(types[t], means.AsSpan(t * n, n));
        }

        var evidence = -0.5 * (population.LogDeterminant + SmallCholesky.LogDeterminant(population.Factor, n));
        return new(n, population.Factor, means, UserPrior.Normalise(prior.LogWeights), types.ToArray(), evidence);
    }

    /// <summary>Posterior mean of a type.</summary>
    internal ReadOnlySpan<double> MeanOf(int kept) => means.AsSpan(kept * Dimension, Dimension);

    /// <summary>Posterior mean over all types.</summary>
    public double[] Mean()
    {
        var mean = new double[Dimension];
        for (var t = 0; t < weights.Length; t++)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += weights[t] * means[t * Dimension + i];
            }
        }

        return mean;
    }

    /// <summary>Mean and variance of xᵀθ.</summary>
    public (double Mean, double Variance) Value(ReadOnlySpan<double> row)
    {
        var (mean, square) = (0.0, 0.0);
        for (var t = 0; t < weights.Length; t++)
        {
            var value = ValueOf(t, row);
            mean += weights[t] * value;
            square += weights[t] * value * value;
        }

        return (mean, Within(row) + Math.Max(0, square - mean * mean));
    }

    /// <summary>ln density of a row's outcome before it is known: a mixture over types of normal laws.</summary>
    /// <param name="row">x, P numbers.</param>
    /// <param name="outcome">y: outcome less what was expected without messages.</param>
    /// <param name="weight">w &gt; 0: 1 over the row's noise variance.</param>
    public double LogDensity(ReadOnlySpan<double> row, double outcome, double weight)
    {
        var variance = Within(row) + 1 / Require.Positive(weight);
        Span<double> logs = stackalloc double[weights.Length];
        for (var t = 0; t < weights.Length; t++)
        {
            var miss = outcome - ValueOf(t, row);
            logs[t] = Math.Log(weights[t]) - miss * miss / (2 * variance);
        }

        return UserPrior.LogSum(logs) - 0.5 * Math.Log(2 * Math.PI * variance);
    }

    /// <summary>P(xᵀθ ≤ z), exact: a mixture of normal laws.</summary>
    public double Below(ReadOnlySpan<double> row, double z)
    {
        var (sum, deviation) = (0.0, Math.Sqrt(Within(row)));
        for (var t = 0; t < weights.Length; t++)
        {
            sum += weights[t] * MathNet.Numerics.Distributions.Normal.CDF(ValueOf(t, row), deviation, z);
        }

        return sum;
    }

    /// <summary>One draw of all coefficients: a type by its probability, then a Gaussian.</summary>
    /// <param name="random">Source of uniforms.</param>
    /// <param name="theta">P numbers, filled.</param>
    /// <param name="width">Factor on the deviation of the Gaussian, ≥ 0; 1 draws from the posterior itself.</param>
    public void Sample(Random random, Span<double> theta, double width = 1)
    {
        ArgumentNullException.ThrowIfNull(random);
        var t = TypeAt(random.NextDouble());
        for (var i = 0; i < Dimension; i++)
        {
            theta[i] = width * Draw.Normal(random);
        }

        SmallCholesky.SolveUpper(factor, theta);
        for (var i = 0; i < Dimension; i++)
        {
            theta[i] += means[t * Dimension + i];
        }
    }

    // xᵀA⁻¹x: the variance that every type shares.
    double Within(ReadOnlySpan<double> row)
    {
        Span<double> solved = stackalloc double[Dimension];
        row.CopyTo(solved);
        SmallCholesky.SolveLower(factor, solved);
        var within = 0.0;
        foreach (var x in solved)
        {
            within += x * x;
        }

        return within;
    }

    double ValueOf(int t, ReadOnlySpan<double> row)
    {
        var value = 0.0;
        for (var i = 0; i < Dimension; i++)
        {
            value += row[i] * means[t * Dimension + i];
        }

        return value;
    }
}
