namespace Aampe.Agents.Core.Experiments;

/// <summary>Absolute difference of two proportions, treated − control: Intent and Conversion of the paper's Table 1.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, difference of proportions.</remarks>
public static class ProportionDifference
{
    /// <summary>Newcombe's hybrid of two Wilson intervals: the default, right also where nobody or everybody did it.</summary>
    /// <returns>In [−1, 1]; not known when an arm has no users.</returns>
    /// <remarks>Newcombe (1998), method 10.</remarks>
    public static Estimate Newcombe(Proportion treated, Proportion control, ConfidenceLevel level)
    {
        if (Empty(treated, control))
        {
            return new Estimate.NotKnown(WhyNotKnown.EmptyArm);
        }

        var z = level.NormalQuantile;
        var (t, c) = (treated.WilsonOf(z, level), control.WilsonOf(z, level));
        var difference = t.Value - c.Value;
        return new Estimate.Known(
            difference,
            StandardError(treated, control),
            Math.Max(-1, difference - double.Hypot(t.Value - t.Low, c.High - c.Value)),
            Math.Min(1, difference + double.Hypot(t.High - t.Value, c.Value - c.Low)),
            level);
    }

    /// <summary>Wald's interval: symmetric, and too narrow for rare or few successes (of width 0 where nobody did it).</summary>
    /// <returns>Not known when an arm has no users.</returns>
    public static Estimate Wald(Proportion treated, Proportion control, ConfidenceLevel level) =>
        Empty(treated, control)
            ? new Estimate.NotKnown(WhyNotKnown.EmptyArm)
            : Estimate.Known.Symmetric(treated.Share - control.Share, StandardError(treated, control), level.NormalQuantile, level);

    /// <summary>The z test with the pooled proportion.</summary>
    /// <returns>Not known when an arm has no users, or when nobody or everybody of both arms did it.</returns>
    public static Significance Test(Proportion treated, Proportion control)
    {
        if (Empty(treated, control))
        {
            return new Significance.NotKnown(WhyNotKnown.EmptyArm);
        }

        var pooled = treated.Merge(control);
        if (pooled.Successes == 0 || pooled.Successes == pooled.Users)
        {
            return new Significance.NotKnown(WhyNotKnown.NoVariation);
        }

        var variance = pooled.Share * (1 - pooled.Share) * (1.0 / treated.Users + 1.0 / control.Users);
        return Significance.Normal((treated.Share - control.Share) / Math.Sqrt(variance));
    }

    static bool Empty(Proportion treated, Proportion control) => treated.Users == 0 || control.Users == 0;

    static double StandardError(Proportion treated, Proportion control) => Math.Sqrt(treated.ShareVariance + control.ShareVariance);
}
