using System.Collections.Immutable;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>
/// Belief about all coefficients θ of a linear model at once: θ | σ² ~ N(m, σ²V), σ² ~ InvGamma(a, b). As a prior it comes from the cohort;
/// with a user's evidence it is that user's posterior.
/// </summary>
/// <remarks>docs/method.md §7. Across sets only contrasts within a set and the total of a message carry meaning.</remarks>
public sealed class JointGaussian
{
    readonly double[] mean;
    readonly double[] covariance;
    readonly Cholesky precision;

    /// <summary>Makes a belief of its parameters.</summary>
    /// <param name="mean">m, d numbers.</param>
    /// <param name="covariance">V by rows, d² numbers, symmetric and positive definite, free of σ².</param>
    /// <param name="a">Shape of the noise variance, &gt; 0.</param>
    /// <param name="b">Scale of the noise variance, &gt; 0.</param>
    /// <exception cref="ArgumentException">V is not symmetric positive definite, or the sizes differ.</exception>
    public JointGaussian(ReadOnlySpan<double> mean, ReadOnlySpan<double> covariance, double a, double b)
    {
        if (covariance.Length != mean.Length * mean.Length)
        {
            throw new ArgumentException($"V needs {mean.Length * mean.Length} numbers; it has {covariance.Length}.", nameof(covariance));
        }

        this.mean = Finite(mean, nameof(mean));
        this.covariance = Symmetric(Finite(covariance, nameof(covariance)), mean.Length);
        A = Require.Positive(a);
        B = Require.Positive(b);
        LogDeterminant = new Cholesky(covariance, mean.Length, "The covariance V").LogDeterminant;
        precision = new(new Cholesky(covariance, mean.Length, "The covariance V").Inverse(), mean.Length, "The precision V⁻¹");
    }

    static double[] Finite(ReadOnlySpan<double> numbers, string name)
    {
        foreach (var number in numbers)
        {
            Require.Finite(number, name);
        }

        return numbers.ToArray();
    }

    // The factorisation reads the lower half only: an upper half that differs would be believed by Value and not by Posterior.
    static double[] Symmetric(double[] covariance, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (below, above) = (covariance[i * d + j], covariance[j * d + i]);
                if (Math.Abs(below - above) > 1e-9 * (Math.Abs(below) + Math.Abs(above)))
                {
                    throw new ArgumentException($"The covariance V must be symmetric and positive definite; V[{i},{j}] is {below:R} and V[{j},{i}] is {above:R}.", nameof(covariance));
                }
            }
        }

        return covariance;
    }

    JointGaussian(double[] mean, Cholesky precision, double a, double b)
    {
        this.mean = mean;
        this.precision = precision;
        covariance = precision.Inverse();
        LogDeterminant = -precision.LogDeterminant;
        A = a;
        B = b;
    }

    /// <summary>Number of coefficients d.</summary>
    public int Dimension => mean.Length;

    /// <summary>m.</summary>
    public ImmutableArray<double> Mean => [.. mean];

    /// <summary>V by rows, free of σ².</summary>
    public ImmutableArray<double> Covariance => [.. covariance];

    /// <summary>Shape of the noise variance.</summary>
    public double A { get; }

    /// <summary>Scale of the noise variance.</summary>
    public double B { get; }

    internal double LogDeterminant { get; }

    /// <summary>This belief as a prior, after a user's evidence.</summary>
    public JointGaussian Posterior(JointEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var d = Dimension;
        if (evidence.Dimension != d)
        {
            throw new ArgumentException($"Evidence has {evidence.Dimension} coefficients, the prior {d}.", nameof(evidence));
        }

        // Residuals from the prior mean: y − Φm0 keeps b_n free of the cancellation of yᵀy against m_nᵀV_n⁻¹m_n.
        var residualSums = new double[d];
        var squares = evidence.Squares;
        for (var i = 0; i < d; i++)
        {
            var fitted = 0.0;
            for (var j = 0; j < d; j++)
            {
                fitted += evidence.ProductAt(i, j) * mean[j];
            }

            residualSums[i] = evidence.Sums[i] - fitted;
            squares += mean[i] * (fitted - 2 * evidence.Sums[i]);
        }

        var summed = new Cholesky(covariance, d, "The covariance V").Inverse();
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                summed[i * d + j] += evidence.ProductAt(i, j);
            }
        }

        var factor = new Cholesky(summed, d, "The precision");
        var shift = factor.Solve(residualSums);
        var explained = 0.0;
        var moved = new double[d];
        for (var i = 0; i < d; i++)
        {
            explained += residualSums[i] * shift[i];
            moved[i] = mean[i] + shift[i];
        }

        return new(moved, factor, A + evidence.Count / 2, B + Math.Max(0, squares - explained) / 2);
    }

    /// <summary>Belief about φᵀθ, the value of one row: a Student t, given as the normal–inverse-gamma with that marginal.</summary>
    /// <param name="row">φ, d numbers, not all 0.</param>
    public GaussianPosterior Value(ReadOnlySpan<double> row)
    {
        var (center, spread) = (0.0, 0.0);
        for (var i = 0; i < Dimension; i++)
        {
            center += row[i] * mean[i];
            for (var j = 0; j < Dimension; j++)
            {
                spread += row[i] * row[j] * covariance[i * Dimension + j];
            }
        }

        return new(center, 1 / spread, A, B);
    }

    /// <summary>One draw of all coefficients: σ² first, then θ.</summary>
    public double[] Sample(Random random)
    {
        var deviation = Math.Exp(0.5 * (Math.Log(B) - Draw.LogGamma(random, A)));
        var normals = new double[Dimension];
        for (var i = 0; i < normals.Length; i++)
        {
            normals[i] = Draw.Normal(random);
        }

        var theta = precision.SolveTransposed(normals);
        for (var i = 0; i < theta.Length; i++)
        {
            theta[i] = mean[i] + deviation * theta[i];
        }

        return theta;
    }
}
