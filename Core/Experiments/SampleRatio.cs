using MathNet.Numerics;

namespace Aampe.Agents.Core.Experiments;

/// <summary>Whether the arms have the sizes that were planned. A mismatch means that users were lost or doubled: no result is to be shown.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, sample ratio.</remarks>
public abstract record SampleRatio
{
    /// <summary>p below which results are withheld.</summary>
    public const double MismatchBelow = 0.001;

    SampleRatio()
    {
    }

    /// <summary>Pearson's test was made.</summary>
    /// <param name="ChiSquare">Σ(observed − expected)² / expected.</param>
    /// <param name="DegreesOfFreedom">Arms − 1.</param>
    /// <param name="PValue">Chance of a larger value when users fall as planned.</param>
    public sealed record Tested(double ChiSquare, int DegreesOfFreedom, double PValue) : SampleRatio
    {
        /// <summary>Whether the results are to be withheld.</summary>
        public bool Mismatch => PValue < MismatchBelow;
    }

    /// <summary>No user in any arm yet.</summary>
    /// <param name="Why">The reason.</param>
    public sealed record NotKnown(WhyNotKnown Why) : SampleRatio;

    /// <summary>Compares counts with planned weights.</summary>
    /// <param name="users">Users seen in each arm; at least two arms.</param>
    /// <param name="weights">Planned weight of each arm, &gt; 0, in any unit; an arm of weight 0 is left out by the caller.</param>
    /// <exception cref="ArgumentException">Fewer than two arms, or as many weights as there are not counts.</exception>
    public static SampleRatio Test(ReadOnlySpan<long> users, ReadOnlySpan<double> weights)
    {
        if (users.Length < 2 || users.Length != weights.Length)
        {
            throw new ArgumentException($"A sample ratio needs at least 2 arms and one weight an arm; was {users.Length} counts and {weights.Length} weights.", nameof(users));
        }

        var (allUsers, allWeights) = (0L, 0.0);
        for (var arm = 0; arm < users.Length; arm++)
        {
            allUsers += Require.Between(users[arm], 0, long.MaxValue);
            allWeights += Require.Positive(weights[arm]);
        }

        return allUsers == 0 ? new NotKnown(WhyNotKnown.EmptyArm) : Pearson(users, weights, allUsers / allWeights);
    }

    static Tested Pearson(ReadOnlySpan<long> users, ReadOnlySpan<double> weights, double usersAWeight)
    {
        var chiSquare = 0.0;
        for (var arm = 0; arm < users.Length; arm++)
        {
            var expected = weights[arm] * usersAWeight;
            chiSquare += (users[arm] - expected) * (users[arm] - expected) / expected;
        }

        var freedom = users.Length - 1;
        return new(chiSquare, freedom, chiSquare == 0 ? 1 : SpecialFunctions.GammaUpperRegularized(freedom / 2.0, chiSquare / 2));
    }
}
