using System.Numerics;

namespace Aampe.Agents.Core.Populations;

/// <summary>What one decision shows of how much is left to learn. Values are in the outcome's unit.</summary>
/// <remarks>docs/method.md §10a.</remarks>
public sealed record LeftToLearn
{
    /// <summary>S: sets with a choice.</summary>
    public required int Sets { get; init => field = Require.Between(value, 0, int.MaxValue); }

    /// <summary>c ≥ 0: what the best choice is believed to bring more than a uniform one.</summary>
    public required double Cost { get; init => field = Require.NotNegative(value); }

    /// <summary>s ≥ 0: standard deviation of actions' values around their set's mean.</summary>
    public required double Spread { get; init => field = Require.NotNegative(value); }

    /// <summary>e² ≥ 0: variance of what the population knows of an action's mean effect.</summary>
    public required double MeanError { get; init => field = Require.NotNegative(value); }

    /// <summary>i &gt; 0: what a uniform decision adds to 1/e².</summary>
    public required double Information { get; init => field = Require.Positive(value); }

    /// <summary>σ² ≥ 0: variance of the difference between the best action of a set and the next, in this user's belief; mean over sets.</summary>
    public required double OwnVariance { get; init => field = Require.NotNegative(value); }

    /// <summary>v &gt; 0: noise variance of one decision's outcome.</summary>
    public required double Noise { get; init => field = Require.Positive(value); }

    /// <summary>Share of σ² that this many own decisions could settle: Hσ²/(Hσ² + 16v).</summary>
    internal double Settled(double decisions, double perDifference) =>
        OwnVariance * decisions / (OwnVariance * decisions + perDifference * Noise);

    /// <summary>Reads it from a belief.</summary>
    /// <param name="belief">The user's belief.</param>
    /// <param name="user">The user's prior.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="eligible">What may be chosen.</param>
    /// <param name="tiring">What sending costs.</param>
    /// <param name="options">How uniform choices send.</param>
    public static LeftToLearn Of(EffectBelief belief, UserPrior user, EffectLayout layout, EligibleActions eligible, Tiring tiring, ExplorationOptions options)
    {
        ArgumentNullException.ThrowIfNull(belief);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(eligible);
        ArgumentNullException.ThrowIfNull(options);
        var mean = belief.Mean();
        var (sets, variance, squares, actions, gain) = (0, 0.0, 0.0, 0, 0.0);
        for (var s = 0; s < layout.Sets.Length; s++)
        {
            if (eligible.CountOf(s) < 2)
            {
                continue;
            }

            var (best, next, average) = Largest(layout, mean, eligible, s, ref squares);
            variance += Difference(belief, layout, s, best, next);
            gain += layout.ActionValue(mean, s, best) - average;
            actions += eligible.CountOf(s);
            sets++;
        }

        var population = user.Population;
        var noise = Math.Max(population.Noise * user.Rate, 1e-6);
        var any = mean[layout.Message] - JointChoice.Cost(layout, mean, tiring);
        return new()
        {
            Sets = sets,
            Cost = Math.Max(0, Math.Max(0, any + gain) - options.UniformSends * any),
            Spread = actions == 0 ? 0 : Math.Sqrt(squares / actions),
            MeanError = population.MeanError,
            // An orthonormal contrast of m actions has mean square 1/m in a uniform message, and what is learnt is shared between the means of types and the slopes of
            // features.
            Information = Math.Max(1e-12, options.UniformSends * (sets == 0 ? 1 : (double)sets / actions) / (noise * (population.Types.Length + population.Slopes.Length))),
            OwnVariance = sets == 0 ? 0 : variance / sets,
            Noise = noise,
        };
    }

    static (int Best, int Next, double Average) Largest(EffectLayout layout, double[] mean, EligibleActions eligible, int set, ref double squares)
    {
        var (best, next, sum, square) = (-1, -1, 0.0, 0.0);
        var (first, second) = (double.NegativeInfinity, double.NegativeInfinity);
        for (var left = eligible.MaskOf(set); left != 0; left &= left - 1)
        {
            var a = BitOperations.TrailingZeroCount(left);
            var value = layout.ActionValue(mean, set, a);
            (sum, square) = (sum + value, square + value * value);
            if (value > first)
            {
                (next, second, best, first) = (best, first, a, value);
            }
            else if (value > second)
            {
                (next, second) = (a, value);
            }
        }

        var n = eligible.CountOf(set);
        squares += Math.Max(0, square - sum * sum / n);
        return (best, next, sum / n);
    }

    static double Difference(EffectBelief belief, EffectLayout layout, int set, int best, int next)
    {
        var row = layout.ActionRow(set, best);
        var other = layout.ActionRow(set, next);
        for (var i = 0; i < row.Length; i++)
        {
            row[i] -= other[i];
        }

        return belief.Value(row).Variance;
    }
}
