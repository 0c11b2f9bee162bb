using Aampe.Agents.Core.Canonical;

namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// One arm's share in a Poisson bootstrap of the ratio of means: for each replicate a weighted count and sum, where a user's weight is
/// Poisson(1) drawn from a hash of (user, replicate). Parts of an arm counted in different places merge by addition.
/// </summary>
/// <remarks>Chamandy et al. (2012); docs/method/3-experiments-off-policy.md, ratio of means.</remarks>
public sealed class PoissonBootstrap
{
    /// <summary>Replicates that limits at 99 % ask for.</summary>
    public const int UsualReplicates = 2000;

    readonly long[] users;
    readonly double[] sums;
    Moments moments;

    /// <summary>An arm without users.</summary>
    /// <param name="replicates">Number of replicates; the same in both arms.</param>
    public PoissonBootstrap(int replicates)
    {
        users = new long[Require.Between(replicates, 2, 1_000_000)];
        sums = new double[replicates];
    }

    /// <summary>Counts a user. Each user is to be added once, in one part.</summary>
    public void Add(string userId, double value)
    {
        moments = moments.Add(value);
        var state = StableHash.Of(userId);
        for (var replicate = 0; replicate < users.Length; replicate++)
        {
            var weight = PoissonOne(Mix(state += 0x9E3779B97F4A7C15));
            users[replicate] += weight;
            sums[replicate] += weight * value;
        }
    }

    /// <summary>Adds the users of another part of the same arm.</summary>
    /// <exception cref="ArgumentException">The other part has another number of replicates.</exception>
    public void Merge(PoissonBootstrap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireSameReplicates(other);
        moments = moments.Merge(other.moments);
        for (var replicate = 0; replicate < users.Length; replicate++)
        {
            users[replicate] += other.users[replicate];
            sums[replicate] += other.sums[replicate];
        }
    }

    /// <summary>treated / control − 1 with percentile limits; the standard error is the replicates' standard deviation.</summary>
    /// <returns>Not known when an arm has fewer than two users, or when a mean is 0 or below in the data or in any replicate.</returns>
    public static Estimate Ratio(PoissonBootstrap treated, PoissonBootstrap control, ConfidenceLevel level)
    {
        ArgumentNullException.ThrowIfNull(treated);
        ArgumentNullException.ThrowIfNull(control);
        treated.RequireSameReplicates(control);
        if (RatioOfMeans.Delta(treated.moments, control.moments, level) is not Estimate.Known point)
        {
            return RatioOfMeans.Delta(treated.moments, control.moments, level);
        }

        var ratios = new double[treated.users.Length];
        for (var replicate = 0; replicate < ratios.Length; replicate++)
        {
            if (treated.sums[replicate] <= 0 || control.sums[replicate] <= 0)
            {
                return new Estimate.NotKnown(WhyNotKnown.MeanNotPositive);
            }

            ratios[replicate] = treated.MeanOf(replicate) / control.MeanOf(replicate) - 1;
        }

        Array.Sort(ratios);
        var tail = (1 - level.Value) / 2;
        return new Estimate.Known(point.Value, Math.Sqrt(Moments.Of(ratios).Variance()), Quantile(ratios, tail), Quantile(ratios, 1 - tail), level);
    }

    double MeanOf(int replicate) => sums[replicate] / users[replicate];

    void RequireSameReplicates(PoissonBootstrap other)
    {
        if (other.users.Length != users.Length)
        {
            throw new ArgumentException($"Both parts must have the same number of replicates; were {users.Length} and {other.users.Length}.", nameof(other));
        }
    }

    /// <summary>Linear between order statistics (type 7 of Hyndman and Fan, 1996).</summary>
    static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>Output step of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>The Poisson(1) value at a uniform point of the distribution function.</summary>
    static int PoissonOne(ulong bits)
    {
        var u = (bits >> 11) * (1.0 / (1UL << 53));
        var (value, mass) = (0, Math.Exp(-1));
        // Beyond 20 the mass is below 1e-19, less than a step of u.
        for (var cumulative = mass; u >= cumulative && value < 20; cumulative += mass)
        {
            mass /= ++value;
        }

        return value;
    }
}
