namespace Aampe.Agents.Core;

/// <summary>P = L·Lᵀ of a symmetric positive definite matrix, stored by rows.</summary>
sealed class Cholesky
{
    readonly int n;
    readonly double[] lower;

    public Cholesky(ReadOnlySpan<double> matrix, int n, string what)
    {
        this.n = n;
        lower = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i * n + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= lower[i * n + k] * lower[j * n + k];
                }

                if (i == j && !(sum > 0))
                {
                    throw new ArgumentException($"{what} must be symmetric and positive definite; pivot {i} is {sum:R}.", nameof(matrix));
                }

                lower[i * n + j] = i == j ? Math.Sqrt(sum) : sum / lower[j * n + j];
            }
        }
    }

    /// <summary>ln of the determinant of P.</summary>
    public double LogDeterminant
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < n; i++)
            {
                sum += 2 * Math.Log(lower[i * n + i]);
            }

            return sum;
        }
    }

    /// <summary>P⁻¹·x.</summary>
    public double[] Solve(ReadOnlySpan<double> x)
    {
        var y = x.ToArray();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
            {
                y[i] -= lower[i * n + k] * y[k];
            }

            y[i] /= lower[i * n + i];
        }

        return SolveTransposed(y);
    }

    /// <summary>L⁻ᵀ·x: a vector of independent unit normals becomes one of covariance P⁻¹.</summary>
    public double[] SolveTransposed(double[] x)
    {
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
            {
                x[i] -= lower[k * n + i] * x[k];
            }

            x[i] /= lower[i * n + i];
        }

        return x;
    }

    public double[] Inverse()
    {
        var inverse = new double[n * n];
        var unit = new double[n];
        for (var j = 0; j < n; j++)
        {
            unit[j] = 1;
            var column = Solve(unit);
            unit[j] = 0;
            for (var i = 0; i < n; i++)
            {
                inverse[i * n + j] = column[i];
            }
        }

        return inverse;
    }
}
