using Aampe.Agents.Core.Randomness;
using MathNet.Numerics;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>
/// Belief about a mean effect (nats) of unknown noise: normal–inverse-gamma NIG(μ, κ, a, b). σ² ~ InvGamma(a, b), mean | σ² ~ N(μ, σ²/κ).
/// The default value is NIG(0, 1, 2, 1).
/// </summary>
/// <remarks>docs/method.md §7. The marginal of the mean is a Student t of 2a degrees of freedom.</remarks>
public readonly record struct GaussianPosterior
{
    // 0 stands for the default of κ, a and b, as in BetaPosterior.
    readonly double kappa;
    readonly double a;
    readonly double b;

    /// <summary>Makes a belief of its four parameters.</summary>
    /// <param name="mu">Centre.</param>
    /// <param name="kappa">How many observations the centre weighs; &gt; 0.</param>
    /// <param name="a">Shape of the variance; &gt; 0.</param>
    /// <param name="b">Scale of the variance; &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite, or not &gt; 0 where that is needed.</exception>
    public GaussianPosterior(double mu, double kappa, double a, double b)
    {
        Mu = Require.Finite(mu);
        this.kappa = Require.Positive(kappa) == 1 ? 0 : kappa;
        this.a = Require.Positive(a) == 2 ? 0 : a;
        this.b = Require.Positive(b) == 1 ? 0 : b;
    }

    /// <summary>Centre of the mean effect.</summary>
    public double Mu { get; }

    /// <summary>Weight of the centre in observations.</summary>
    public double Kappa => kappa == 0 ? 1 : kappa;

    /// <summary>Shape of the noise variance.</summary>
    public double A => a == 0 ? 2 : a;

    /// <summary>Scale of the noise variance.</summary>
    public double B => b == 0 ? 1 : b;

    /// <summary>The centre μ: mean of the marginal where 2a &gt; 1, and its median always.</summary>
    public double Mean => Mu;

    /// <summary>Degrees of freedom of the marginal, 2a.</summary>
    public double DegreesOfFreedom => 2 * A;

    /// <summary>Scale of the marginal, sqrt(b/(aκ)).</summary>
    public double Scale => Math.Sqrt(B / (A * Kappa));

    /// <summary>Variance of the marginal, b/((a − 1)κ); infinite for a ≤ 1.</summary>
    public double Variance => A > 1 ? B / ((A - 1) * Kappa) : double.PositiveInfinity;

    /// <summary>The central interval that holds 90 % of the belief.</summary>
    public CredibleInterval Interval90 => new(Quantile(0.05), Quantile(0.95));

    /// <summary>The belief after one more observation.</summary>
    /// <param name="effect">Observed effect, nats.</param>
    /// <param name="weight">How much it counts; ≥ 0.</param>
    public GaussianPosterior Update(double effect, double weight)
    {
        Require.Finite(effect);
        Require.NotNegative(weight);
        var next = Kappa + weight;
        var away = effect - Mu;
        return new(Mu + away * weight / next, next, A + weight / 2, B + weight * Kappa * away * away / (2 * next));
    }

    /// <summary>The belief after a batch, from its sufficient statistics.</summary>
    /// <param name="count">n, may be discounted; ≥ 0.</param>
    /// <param name="mean">Mean of the batch.</param>
    /// <param name="squaredDeviations">M2 = Σ(x − mean)²; ≥ 0.</param>
    public GaussianPosterior Update(double count, double mean, double squaredDeviations)
    {
        Require.NotNegative(count);
        Require.Finite(mean);
        Require.NotNegative(squaredDeviations);
        var next = Kappa + count;
        var away = mean - Mu;
        return new(Mu + away * count / next, next, A + count / 2, B + squaredDeviations / 2 + Kappa * count * away * away / (2 * next));
    }

    /// <summary>Probability that the mean effect is ≤ <paramref name="x"/>.</summary>
    public double Cdf(double x) => StudentCdf((x - Mu) / Scale, DegreesOfFreedom);

    /// <summary>ln of the marginal density of the mean effect.</summary>
    public double LogDensity(double x)
    {
        var t = (x - Mu) / Scale;
        return LogDensityAtCenter - 0.5 * (DegreesOfFreedom + 1) * SpecialFunctions.Log1p(t * t / DegreesOfFreedom);
    }

    /// <summary>The effect below which a share <paramref name="probability"/> of the belief lies.</summary>
    /// <param name="probability">In (0, 1).</param>
    public double Quantile(double probability)
    {
        Require.Between(probability, double.Epsilon, 1 - 1e-16);
        var freedom = DegreesOfFreedom;
        if (probability == 0.5)
        {
            return Mu;
        }

        // t = √ν·sinh u makes every tail exponential: cosh(u)^−ν.
        var logConstant = LogStudentConstant(freedom) + 0.5 * Math.Log(freedom);
        var root = Root.Increasing(
            u => StudentCdf(Math.Sqrt(freedom) * Math.Sinh(u), freedom) - probability,
            u => Math.Exp(logConstant - freedom * Math.Log(Math.Cosh(u))),
            0,
            1 / Math.Sqrt(freedom));
        return Mu + Scale * Math.Sqrt(freedom) * Math.Sinh(root);
    }

    /// <summary>One draw of the mean effect (not of a new observation).</summary>
    public double Sample(Random random)
    {
        var precision = Draw.LogGamma(random, A);
        return Mu + Draw.Normal(random) * Math.Exp(0.5 * (Math.Log(B) - precision)) / Math.Sqrt(Kappa);
    }

    /// <summary>"NIG(μ, κ, a, b)".</summary>
    public override string ToString() => FormattableString.Invariant($"NIG({Mu:0.###}, {Kappa:0.###}, {A:0.###}, {B:0.###})");

    internal double LogDensityAtCenter => LogStudentConstant(DegreesOfFreedom) - Math.Log(Scale);

    internal static double LogStudentConstant(double freedom) =>
        LogGammaFunction.At((freedom + 1) / 2) - LogGammaFunction.At(freedom / 2) - 0.5 * Math.Log(Math.PI * freedom);

    static double StudentCdf(double t, double freedom)
    {
        var square = t * t;
        var upper = square < freedom
            ? 0.5 * (1 - SpecialFunctions.BetaRegularized(0.5, freedom / 2, square / (freedom + square)))
            : 0.5 * SpecialFunctions.BetaRegularized(freedom / 2, 0.5, freedom / (freedom + square));
        return t > 0 ? 1 - upper : upper;
    }
}
