namespace Aampe.Agents.Core.Experiments;

/// <summary>Relative change of a mean, treated / control − 1: GMV of the paper's Table 1. The means are over all users, zeros included.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, ratio of means.</remarks>
public static class RatioOfMeans
{
    /// <summary>Delta-method interval on the logarithm, turned back: the default.</summary>
    /// <returns>Above −1; 0.05 is 5 % more. Not known when an arm has fewer than two users or a mean of 0 or below, or when no arm has any spread.</returns>
    public static Estimate Delta(Moments treated, Moments control, ConfidenceLevel level) =>
        LogRatio(treated, control, level) switch
        {
            Estimate.Known log => new Estimate.Known(
                Math.Exp(log.Value) - 1, Math.Exp(log.Value) * log.StandardError, Math.Exp(log.Low) - 1, Math.Exp(log.High) - 1, level),
            var notKnown => notKnown,
        };

    /// <summary>Whether both means are told from 0 at a level: below that a ratio of them says nothing.</summary>
    public static bool AreAboveZero(Moments treated, Moments control, ConfidenceLevel level) =>
        treated.Mean > level.NormalQuantile * Math.Sqrt(treated.MeanVariance) && control.Mean > level.NormalQuantile * Math.Sqrt(control.MeanVariance);

    /// <summary>ln(treated mean / control mean) with its first-order interval.</summary>
    /// <returns>Not known when an arm has fewer than two users or a mean of 0 or below, or when no arm has any spread.</returns>
    public static Estimate LogRatio(Moments treated, Moments control, ConfidenceLevel level) =>
        Missing(treated, control) is { } why
            ? new Estimate.NotKnown(why)
            : Estimate.Known.Symmetric(Math.Log(treated.Mean / control.Mean), LogStandardError(treated, control), level.NormalQuantile, level);

    /// <summary>
    /// Relative change within pairs: treated mean / control mean − 1. What the error of the difference has beyond that of the treated mean is the controls',
    /// among them how often each of them is used. Delta method on the logarithm.
    /// </summary>
    /// <param name="treated">Outcomes of the treated users of the pairs.</param>
    /// <param name="controlMean">Mean outcome of their controls.</param>
    /// <param name="differenceError">Standard error of the mean difference within pairs.</param>
    /// <param name="level">Level of the interval.</param>
    /// <returns>Not known with fewer than two pairs, or a mean of 0 or below.</returns>
    public static Estimate Paired(Moments treated, double controlMean, double differenceError, ConfidenceLevel level)
    {
        if (treated.N < 2 || treated.Mean <= 0 || controlMean <= 0)
        {
            return new Estimate.NotKnown(treated.N < 2 ? WhyNotKnown.TooFewUnits : WhyNotKnown.MeanNotPositive);
        }

        var controls = Math.Max(0, (differenceError * differenceError) - treated.MeanVariance);
        var error = Math.Sqrt((treated.MeanVariance / (treated.Mean * treated.Mean)) + (controls / (controlMean * controlMean)));
        var ratio = treated.Mean / controlMean;
        var factor = Math.Exp(level.NormalQuantile * error);
        return new Estimate.Known(ratio - 1, ratio * error, (ratio / factor) - 1, (ratio * factor) - 1, level);
    }

    /// <summary>Fieller's interval: the ratios r for which treated − r · control is not told from 0; no approximation of the ratio itself.</summary>
    /// <returns>Not known as <see cref="Delta"/>, and when the control mean is within the quantile's standard errors of 0.</returns>
    /// <remarks>Fieller (1954).</remarks>
    public static Estimate Fieller(Moments treated, Moments control, ConfidenceLevel level)
    {
        if (Missing(treated, control) is { } why)
        {
            return new Estimate.NotKnown(why);
        }

        // Roots of (t − r·c)² = z²(V_t + r²·V_c), as a·r² − 2·t·c·r + d = 0.
        var z2 = Math.Pow(level.NormalQuantile, 2);
        var (t, c) = (treated.Mean, control.Mean);
        var a = c * c - z2 * control.MeanVariance;
        var d = t * t - z2 * treated.MeanVariance;
        if (a <= 0)
        {
            return new Estimate.NotKnown(WhyNotKnown.Unbounded);
        }

        // z²(V_t·c² + V_c·t² − z²·V_t·V_c) ≥ 0 whenever a > 0, so the root is real.
        var root = Math.Sqrt(t * t * (c * c) - a * d);
        return new Estimate.Known(t / c - 1, t / c * LogStandardError(treated, control), (t * c - root) / a - 1, (t * c + root) / a - 1, level);
    }

    /// <summary>The z test of "the means are equal", on the logarithm.</summary>
    /// <returns>Not known as <see cref="Delta"/>.</returns>
    public static Significance Test(Moments treated, Moments control) =>
        LogRatio(treated, control, ConfidenceLevel.Default) switch
        {
            Estimate.Known log => Significance.Normal(log.Value / log.StandardError),
            Estimate.NotKnown none => new Significance.NotKnown(none.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static double LogStandardError(Moments treated, Moments control) =>
        Math.Sqrt(treated.MeanVariance / (treated.Mean * treated.Mean) + control.MeanVariance / (control.Mean * control.Mean));

    static WhyNotKnown? Missing(Moments treated, Moments control) => (treated, control) switch
    {
        ({ N: 0 }, _) or (_, { N: 0 }) => WhyNotKnown.EmptyArm,
        ({ N: < 2 }, _) or (_, { N: < 2 }) => WhyNotKnown.TooFewUnits,
        ({ Mean: <= 0 }, _) or (_, { Mean: <= 0 }) => WhyNotKnown.MeanNotPositive,
        ({ M2: 0 }, { M2: 0 }) => WhyNotKnown.NoVariation,
        _ => null,
    };
}
