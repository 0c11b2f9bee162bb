namespace Aampe.Agents.Core.Experiments;

/// <summary>How many users of an arm did something at least once. The default, 0 of 0, is an arm without users.</summary>
public readonly record struct Proportion
{
    /// <summary>Counts of one arm.</summary>
    /// <param name="successes">Users who did it, each once; 0 … <paramref name="users"/>.</param>
    /// <param name="users">Users of the arm; ≥ 0.</param>
    public Proportion(long successes, long users)
    {
        Users = Require.Between(users, 0, long.MaxValue);
        Successes = Require.Between(successes, 0, users);
    }

    /// <summary>Users who did it.</summary>
    public long Successes { get; }

    /// <summary>Users of the arm.</summary>
    public long Users { get; }

    /// <summary>The sums of two disjoint groups of users.</summary>
    public Proportion Merge(Proportion other) => new(Successes + other.Successes, Users + other.Users);

    /// <summary>Wilson's interval: the values of p that a two-sided z test at this level does not reject.</summary>
    /// <returns>Within [0, 1]; not known without users.</returns>
    /// <remarks>Wilson (1927).</remarks>
    public Estimate Wilson(ConfidenceLevel level) => Users == 0 ? new Estimate.NotKnown(WhyNotKnown.EmptyArm) : WilsonOf(level.NormalQuantile, level);

    internal double Share => (double)Successes / Users;

    /// <summary>Estimated variance of the share.</summary>
    internal double ShareVariance => Share * (1 - Share) / Users;

    internal Estimate.Known WilsonOf(double z, ConfidenceLevel level)
    {
        var n = (double)Users;
        var centre = Share + z * z / (2 * n);
        var half = z * Math.Sqrt(ShareVariance + z * z / (4 * n * n));
        var scale = 1 + z * z / n;
        // Rounding may step over the edge by 1e-17; nobody or everybody is exactly at it.
        return new(Share, Math.Sqrt(ShareVariance), Math.Max(0, (centre - half) / scale), Math.Min(1, (centre + half) / scale), level);
    }
}
