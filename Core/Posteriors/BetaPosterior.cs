using Aampe.Agents.Core.Randomness;
using MathNet.Numerics;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>
/// Belief about a probability of success: Beta(α, β), prior and evidence together. The default value is the uniform Beta(1, 1).
/// </summary>
/// <remarks>docs/method.md §7.</remarks>
public readonly record struct BetaPosterior
{
    // 0 stands for 1, so that default(BetaPosterior) is Beta(1, 1) and shapes far below 1 keep all their digits.
    readonly double alpha;
    readonly double beta;

    /// <summary>Makes a belief of two shapes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A shape is not finite and &gt; 0.</exception>
    public BetaPosterior(double alpha, double beta)
    {
        this.alpha = Require.Positive(alpha) == 1 ? 0 : alpha;
        this.beta = Require.Positive(beta) == 1 ? 0 : beta;
    }

    /// <summary>First shape: prior successes and weighted successes seen; &gt; 0.</summary>
    public double Alpha => alpha == 0 ? 1 : alpha;

    /// <summary>Second shape: prior failures and weighted failures seen; &gt; 0.</summary>
    public double Beta => beta == 0 ? 1 : beta;

    /// <summary>α + β: how many observations the belief weighs.</summary>
    public double Strength => Alpha + Beta;

    /// <summary>α/(α + β), in (0, 1).</summary>
    public double Mean => Alpha / (Alpha + Beta);

    /// <summary>αβ/((α + β)²(α + β + 1)).</summary>
    public double Variance => Mean * (Beta / Strength) / (Strength + 1);

    /// <summary>The central interval that holds 90 % of the belief.</summary>
    public CredibleInterval Interval90 => new(Quantile(0.05), Quantile(0.95));

    /// <summary>The belief after one more observation.</summary>
    /// <param name="success">1 success, 0 failure; fractions count as both.</param>
    /// <param name="weight">How much it counts; ≥ 0, 1 as a rule.</param>
    public BetaPosterior Update(double success, double weight)
    {
        Require.Between(success, 0, 1);
        Require.NotNegative(weight);
        return new(Alpha + weight * success, Beta + weight * (1 - success));
    }

    /// <summary>Probability that the value is ≤ <paramref name="x"/>.</summary>
    public double Cdf(double x) => x <= 0 ? 0 : x >= 1 ? 1 : SpecialFunctions.BetaRegularized(Alpha, Beta, x);

    /// <summary>ln of the density at <paramref name="x"/>; −∞ outside (0, 1).</summary>
    public double LogDensity(double x) =>
        x is <= 0 or >= 1
            ? double.NegativeInfinity
            : (Alpha - 1) * Math.Log(x) + (Beta - 1) * LogOnePlus(-x) - LogGammaFunction.LogBeta(Alpha, Beta);

    /// <summary>The value below which a share <paramref name="probability"/> of the belief lies.</summary>
    /// <param name="probability">In [0, 1].</param>
    public double Quantile(double probability)
    {
        Require.Between(probability, 0, 1);
        if (probability is 0 or 1)
        {
            return probability;
        }

        // On the logit scale the density is log-concave and unbounded shapes are plain exponential tails.
        var (a, b, logBeta) = (Alpha, Beta, LogGammaFunction.LogBeta(Alpha, Beta));
        var spread = Math.Sqrt(1 / a + 1 / b);
        var root = Root.Increasing(
            x => CdfAtLogit(x, a, b) - probability,
            x => Math.Exp(a * LogLogistic(x) + b * LogLogistic(-x) - logBeta),
            Math.Log(a / b),
            spread);
        return Draw.Logistic(root);
    }

    /// <summary>One draw of the value.</summary>
    public double Sample(Random random) => Draw.Beta(random, Alpha, Beta);

    /// <summary>"Beta(α, β)".</summary>
    public override string ToString() => FormattableString.Invariant($"Beta({Alpha:0.###}, {Beta:0.###})");

    internal static double LogLogistic(double x) => x >= 0 ? -LogOnePlus(Math.Exp(-x)) : x - LogOnePlus(Math.Exp(x));

    static double CdfAtLogit(double x, double a, double b)
    {
        var z = Draw.Logistic(x);
        return z < 0.5 ? SpecialFunctions.BetaRegularized(a, b, z) : 1 - SpecialFunctions.BetaRegularized(b, a, Draw.Logistic(-x));
    }

    static double LogOnePlus(double x) => SpecialFunctions.Log1p(x);
}
