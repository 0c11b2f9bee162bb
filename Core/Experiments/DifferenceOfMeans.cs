using MathNet.Numerics.Distributions;

namespace Aampe.Agents.Core.Experiments;

/// <summary>Absolute difference of two means, treated − control, of independent users with possibly unequal spread.</summary>
/// <remarks>docs/method/3-experiments-off-policy.md, difference of means.</remarks>
public static class DifferenceOfMeans
{
    /// <summary>Welch's interval.</summary>
    /// <returns>Not known when an arm has fewer than two users, or when neither arm has any spread.</returns>
    /// <remarks>Welch (1947), degrees of freedom by Satterthwaite.</remarks>
    public static Estimate Welch(Moments treated, Moments control, ConfidenceLevel level) =>
        Missing(treated, control) is { } why
            ? new Estimate.NotKnown(why)
            : Estimate.Known.Symmetric(
                treated.Mean - control.Mean, StandardError(treated, control), level.StudentQuantile(DegreesOfFreedom(treated, control)), level);

    /// <summary>Welch's t test.</summary>
    /// <returns>Not known as <see cref="Welch"/>.</returns>
    public static Significance Test(Moments treated, Moments control)
    {
        if (Missing(treated, control) is { } why)
        {
            return new Significance.NotKnown(why);
        }

        var t = (treated.Mean - control.Mean) / StandardError(treated, control);
        return new Significance.Tested(t, 2 * StudentT.CDF(0, 1, DegreesOfFreedom(treated, control), -Math.Abs(t)));
    }

    static double StandardError(Moments treated, Moments control) => Math.Sqrt(treated.MeanVariance + control.MeanVariance);

    static double DegreesOfFreedom(Moments treated, Moments control)
    {
        var (t, c) = (treated.MeanVariance, control.MeanVariance);
        // By shares of the sum, so that tiny variances do not underflow when squared.
        var share = t / (t + c);
        return 1 / (share * share / (treated.N - 1) + (1 - share) * (1 - share) / (control.N - 1));
    }

    static WhyNotKnown? Missing(Moments treated, Moments control) => (treated, control) switch
    {
        ({ N: 0 }, _) or (_, { N: 0 }) => WhyNotKnown.EmptyArm,
        ({ N: < 2 }, _) or (_, { N: < 2 }) => WhyNotKnown.TooFewUnits,
        ({ M2: 0 }, { M2: 0 }) => WhyNotKnown.NoVariation,
        _ => null,
    };
}
