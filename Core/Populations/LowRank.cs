using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Populations;

/// <summary>Σ ≈ ΛΛᵀ + D: the covariance that a few common tastes and a spread of one's own explain.</summary>
/// <remarks>Principal factors: D and the leading eigenvectors of Σ − D in turn. docs/method.md §9a.</remarks>
public static class LowRank
{
    const int Rounds = 20;

    // Least own variance of a coefficient beside its total: keeps Σ positive definite.
    const double LeastOwn = 1e-3;

    /// <summary>Σ, or its approximation with as many factors, as a packed lower triangle.</summary>
    /// <param name="covariance">Symmetric, positive on the diagonal.</param>
    /// <param name="factors">Columns of Λ; null = Σ itself, made positive definite.</param>
    public static double[] Packed(Matrix<double> covariance, int? factors)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        var n = covariance.RowCount;
        var packed = new double[n * (n + 1) / 2];
        var scales = covariance.Diagonal().Map(x => Math.Sqrt(Math.Max(x, 1e-12)));
        var correlation = Matrix<double>.Build.Dense(n, n, (i, j) => i == j ? 1 : covariance[i, j] / (scales[i] * scales[j]));
        if (factors is { } rank && rank < n - 1)
        {
            correlation = Approximate(correlation, rank);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                packed[i * (i + 1) / 2 + j] = correlation[i, j] * scales[i] * scales[j] * (i == j ? 1 + 1e-6 : 1);
            }
        }

        return packed;
    }

    static Matrix<double> Approximate(Matrix<double> correlation, int rank)
    {
        var n = correlation.RowCount;
        var own = Vector<double>.Build.Dense(n, 0.5);
        var common = Matrix<double>.Build.Dense(n, n);
        for (var round = 0; round < Rounds && rank > 0; round++)
        {
            var reduced = correlation.Clone();
            for (var i = 0; i < n; i++)
            {
                reduced[i, i] -= own[i];
            }

            var eigen = reduced.Evd(Symmetricity.Symmetric);
            common.Clear();
            for (var r = n - rank; r < n; r++)
            {
                var value = eigen.EigenValues[r].Real;
                if (value > 0)
                {
                    var vector = eigen.EigenVectors.Column(r);
                    common += value * vector.OuterProduct(vector);
                }
            }

            for (var i = 0; i < n; i++)
            {
                own[i] = Math.Clamp(1 - common[i, i], LeastOwn, 1);
            }
        }

        for (var i = 0; i < n; i++)
        {
            common[i, i] = 1;
        }

        return common;
    }
}
