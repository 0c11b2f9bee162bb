namespace Aampe.Agents.Core.Experiments;

/// <summary>Count, mean and sum of squared deviations of one arm: all that a comparison of means needs. The default is "no value yet".</summary>
/// <param name="N">Number of values; ≥ 0.</param>
/// <param name="Mean">Their mean; 0 when there is none.</param>
/// <param name="M2">Σ(x − mean)²; ≥ 0.</param>
/// <remarks>Chan, Golub and LeVeque (1983): parts merge without loss by cancellation.</remarks>
public readonly record struct Moments(long N, double Mean, double M2)
{
    /// <summary>Number of values.</summary>
    public long N { get; } = Require.Between(N, 0, long.MaxValue);

    /// <summary>Their mean; finite.</summary>
    public double Mean { get; } = Require.Finite(Mean);

    /// <summary>Σ(x − mean)²; finite: values whose squares overflow are refused and not summed to infinity.</summary>
    public double M2 { get; } = Require.NotNegative(M2);

    /// <summary>The moments of values.</summary>
    public static Moments Of(ReadOnlySpan<double> values)
    {
        var moments = default(Moments);
        foreach (var value in values)
        {
            moments = moments.Add(value);
        }

        return moments;
    }

    /// <summary>The moments with one more value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or infinite.</exception>
    public Moments Add(double value)
    {
        var from = Require.Finite(value) - Mean;
        var mean = Mean + from / (N + 1);
        return new(N + 1, mean, M2 + from * (value - mean));
    }

    /// <summary>The moments of both groups of values together.</summary>
    public Moments Merge(Moments other)
    {
        if (N == 0 || other.N == 0)
        {
            return N == 0 ? other : this;
        }

        var n = N + other.N;
        var apart = other.Mean - Mean;
        var share = (double)other.N / n;
        return new(n, Mean + apart * share, M2 + other.M2 + apart * apart * N * share);
    }

    /// <summary>Sample variance, M2 / (N − 1).</summary>
    /// <exception cref="InvalidOperationException">Fewer than two values: the spread is not known. Ask <see cref="N"/> first.</exception>
    public double Variance() => N >= 2 ? M2 / (N - 1) : throw new InvalidOperationException($"A variance needs at least 2 values; there are {N}.");

    /// <summary>Estimated variance of the mean.</summary>
    internal double MeanVariance => Variance() / N;
}
