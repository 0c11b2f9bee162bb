using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Experiments;

/// <summary>The smallest difference that an experiment would find.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, power: two-sided test at 1 − level, normal approximation.</remarks>
public static class Power
{
    /// <summary>The usual chance of finding what is there.</summary>
    public const double Usual = 0.8;

    /// <summary>Smallest absolute difference of two shares that is found with a chance of <paramref name="power"/>.</summary>
    /// <param name="share">Share expected in both arms, in [0, 1].</param>
    /// <param name="treated">Users of one arm.</param>
    /// <param name="control">Users of the other.</param>
    /// <param name="level">Level of the interval that must leave 0 out.</param>
    /// <param name="power">In (0.5, 1).</param>
    /// <returns>Null where an arm has no users, or where nobody or everybody does it.</returns>
    public static double? SmallestShare(double share, long treated, long control, ConfidenceLevel level, double power = Usual) =>
        Smallest(Require.Between(share, 0, 1) * (1 - share), treated, control, level, power);

    /// <summary>Smallest absolute difference of two means.</summary>
    /// <param name="variance">Variance of a user's outcome, ≥ 0.</param>
    /// <inheritdoc cref="SmallestShare"/>
    public static double? SmallestMean(double variance, long treated, long control, ConfidenceLevel level, double power = Usual) =>
        Smallest(Require.NotNegative(variance), treated, control, level, power);

    /// <summary>The share of users who do it in more days, when days are alike and apart from each other: 1 − (1 − p)^(to / from).</summary>
    public static double ShareOver(double share, double fromDays, double toDays) =>
        1 - Math.Pow(1 - Require.Between(share, 0, 1), Require.Positive(toDays) / Require.Positive(fromDays));

    static double? Smallest(double variance, long treated, long control, ConfidenceLevel level, double power)
    {
        Require.Between(power, 0.5, 1);
        return treated > 0 && control > 0 && variance > 0
            ? (level.NormalQuantile + Normal.InvCDF(0, 1, power)) * Math.Sqrt(variance / treated + variance / control)
            : null;
    }
}
