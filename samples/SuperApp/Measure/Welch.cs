namespace Aampe.Agents.SuperApp.Measure;

/// <summary>A difference with its interval.</summary>
/// <param name="Difference">First − second; null when a group has fewer than two.</param>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit.</param>
public sealed record Interval(double? Difference, double? Low, double? High);

/// <summary>Welch's interval for a difference of two means, after each value was freed of what its own past foretells (CUPED).</summary>
public static class Welch
{
    /// <summary>99 % interval.</summary>
    /// <param name="values">What is compared, per user.</param>
    /// <param name="before">The same per user before the experiment.</param>
    /// <param name="first">Users of the first group.</param>
    /// <param name="second">Users of the second group.</param>
    public static Interval Difference(double[] values, double[] before, IReadOnlyCollection<int> first, IReadOnlyCollection<int> second)
    {
        if (first.Count < 2 || second.Count < 2)
        {
            return new Interval(null, null, null);
        }

        var slope = Slope(values, before, [.. first, .. second]);
        var (meanA, varianceA) = Moments(first.Select(i => values[i] - (slope * before[i])));
        var (meanB, varianceB) = Moments(second.Select(i => values[i] - (slope * before[i])));
        var (a, b) = (varianceA / first.Count, varianceB / second.Count);
        var error = Math.Sqrt(a + b);
        var freedom = error == 0 ? double.PositiveInfinity : (a + b) * (a + b) / ((a * a / (first.Count - 1)) + (b * b / (second.Count - 1)));
        var half = error * Quantile(freedom);
        return new Interval(meanA - meanB, meanA - meanB - half, meanA - meanB + half);
    }

    /// <summary>The 0.995 quantile of Student's t (Cornish–Fisher to the third order; within 0.01 from 6 degrees of freedom on).</summary>
    public static double Quantile(double freedom)
    {
        const double z = 2.5758293035489;
        var (z3, z5, z7) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7));
        return z + ((z3 + z) / (4 * freedom)) + (((5 * z5) + (16 * z3) + (3 * z)) / (96 * freedom * freedom))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * z)) / (384 * Math.Pow(freedom, 3)));
    }

    static double Slope(double[] values, double[] before, int[] users)
    {
        var (y, x) = (users.Average(i => values[i]), users.Average(i => before[i]));
        var spread = users.Sum(i => (before[i] - x) * (before[i] - x));
        return spread == 0 ? 0 : users.Sum(i => (before[i] - x) * (values[i] - y)) / spread;
    }

    static (double Mean, double Variance) Moments(IEnumerable<double> values)
    {
        var (count, mean, squares) = (0, 0.0, 0.0);
        foreach (var value in values)
        {
            count++;
            var off = value - mean;
            mean += off / count;
            squares += off * (value - mean);
        }

        return (mean, squares / (count - 1));
    }
}
