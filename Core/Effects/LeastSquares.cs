namespace Aampe.Agents.Core.Effects;

/// <summary>
/// A linear fit of an outcome on covariates by least squares with a ridge, its intercept free (docs/method.md §5, adjustment). Covariates are standardised and
/// constant ones left out. Hoerl and Kennard, <i>Technometrics</i> 12 (1970) 55.
/// </summary>
public sealed class LeastSquares
{
    /// <summary>
    /// The ridge is that of so many more users at whom the covariates show nothing. With 400 users that moves little, with 60 it saves a seventh of the error
    /// (bench effects; 0, 1, 4, 16, 64 were tried), and what two covariates say alike they share: nothing is ever singular.
    /// </summary>
    const double Strangers = 16;

    readonly int rows;
    readonly double intercept;
    readonly int[] used;
    readonly double[] means, scales, coefficients;
    readonly Cholesky? correlations;

    LeastSquares(ReadOnlySpan<double> covariates, ReadOnlySpan<double> outcomes, int[] used, double[] deviations)
    {
        rows = outcomes.Length;
        this.used = used;
        var width = deviations.Length;
        (means, scales) = (new double[used.Length], new double[used.Length]);
        for (var j = 0; j < used.Length; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                means[j] += covariates[i * width + used[j]];
            }

            means[j] /= rows;

            // A standardised covariate then has length 1, and their products are correlations.
            scales[j] = 1 / (deviations[used[j]] * Math.Sqrt(rows - 1));
        }

        foreach (var outcome in outcomes)
        {
            intercept += outcome;
        }

        intercept /= rows;
        var (products, moments) = Products(covariates, outcomes, width);
        correlations = used.Length == 0 ? null : new Cholesky(products, used.Length, "The matrix of correlations");
        coefficients = correlations?.Solve(moments) ?? [];
    }

    /// <summary>Number of covariates in use: those that are not constant.</summary>
    public int Covariates => used.Length;

    /// <summary>The fit.</summary>
    /// <param name="covariates">Row after row, one row a user; finite.</param>
    /// <param name="outcomes">One a user; finite.</param>
    /// <param name="width">Covariates a row; ≥ 0.</param>
    /// <returns>Null where the users are fewer than the covariates in use and 2: nothing is then left over that would tell the error.</returns>
    /// <exception cref="ArgumentException">There is not one row an outcome.</exception>
    public static LeastSquares? Fit(ReadOnlySpan<double> covariates, ReadOnlySpan<double> outcomes, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (covariates.Length != outcomes.Length * width)
        {
            throw new ArgumentException($"There must be {width} covariates an outcome: {outcomes.Length} outcomes, {covariates.Length} numbers.", nameof(covariates));
        }

        var deviations = width == 0 ? [] : FeatureSpace.StandardDeviations(covariates, width);
        int[] used = [.. Enumerable.Range(0, width).Where(column => deviations[column] > 0)];
        return outcomes.Length < used.Length + 2 ? null : new(covariates, outcomes, used, deviations);
    }

    /// <summary>What is expected of a user with these covariates.</summary>
    public double Predict(ReadOnlySpan<double> covariates)
    {
        Span<double> z = stackalloc double[used.Length];
        Standardise(z, covariates);
        return intercept + Dot(z, coefficients);
    }

    /// <summary>h: variance of <see cref="Predict"/> over that of one outcome's noise; in [1/n, 1] for a user that was fitted. Summed over those it is p, the number of coefficients that the ridge leaves free.</summary>
    public double Leverage(ReadOnlySpan<double> covariates)
    {
        Span<double> z = stackalloc double[used.Length];
        Standardise(z, covariates);
        return 1.0 / rows + (correlations is null ? 0 : Dot(z, correlations.Solve(z)));
    }

    (double[] Products, double[] Moments) Products(ReadOnlySpan<double> covariates, ReadOnlySpan<double> outcomes, int width)
    {
        var m = used.Length;
        var (products, moments) = (new double[m * m], new double[m]);
        Span<double> z = stackalloc double[m];
        for (var i = 0; i < rows; i++)
        {
            Standardise(z, covariates.Slice(i * width, width));
            for (var j = 0; j < m; j++)
            {
                moments[j] += z[j] * (outcomes[i] - intercept);
                for (var k = 0; k <= j; k++)
                {
                    products[j * m + k] += z[j] * z[k];
                }
            }
        }

        for (var j = 0; j < m; j++)
        {
            products[j * m + j] += Strangers / rows;
        }

        return (products, moments);
    }

    void Standardise(Span<double> z, ReadOnlySpan<double> covariates)
    {
        for (var j = 0; j < z.Length; j++)
        {
            z[j] = (covariates[used[j]] - means[j]) * scales[j];
        }
    }

    static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
