using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Decisions;

/// <summary>
/// Normal and Student t arms on v = m + s·sinh(u), which turns the power tails of Student t into exponential ones. m and s are centre and
/// scale of the arm with the largest mean: the maximum mostly lies near it.
/// </summary>
readonly ref struct StudentLaws : ILaws
{
    const double LogTailMass = -30;

    public const int Size = 7;

    readonly double center;
    readonly double scale;

    // Per arm: 1/scale, −centre/scale, ln of the constant, degrees of freedom (0 = normal), mode, support.
    readonly Span<double> parameters;

    public StudentLaws(IReadOnlyList<ArmPosterior> arms, Span<double> workspace)
    {
        Count = arms.Count;
        parameters = workspace;
        center = double.NegativeInfinity;
        scale = 1;
        var farthest = 0.0;
        for (var j = 0; j < Count; j++)
        {
            var (mu, spread, _) = Law(arms[j]);
            if (mu > center)
            {
                (center, scale) = (mu, spread);
            }
        }

        for (var j = 0; j < Count; j++)
        {
            var (mu, spread, freedom) = Law(arms[j]);
            var p = parameters.Slice(j * Size, Size);
            p[0] = 1 / spread;
            p[1] = -mu / spread;
            p[2] = (freedom == 0 ? -0.5 * Math.Log(2 * Math.PI) : GaussianPosterior.LogStudentConstant(freedom)) - Math.Log(spread);
            p[3] = freedom;
            p[4] = Math.Asinh((mu - center) / scale);
            var reach = spread * TailCut(freedom);
            p[5] = Math.Asinh((mu - reach - center) / scale);
            p[6] = Math.Asinh((mu + reach - center) / scale);
            farthest = Math.Max(farthest, Math.Abs(mu - center) / spread);
        }

        Rounding = 1e-14 + farthest * 1e-15;
    }

    public int Count { get; }

    public double Rounding { get; }

    public (double Low, double High) Support(int arm) => (parameters[arm * Size + 5], parameters[arm * Size + 6]);

    public double Mode(int arm) => parameters[arm * Size + 4];

    public double Reach(double left, double right) => 2.5 + 0.45 * (left > 0 ? left : right < 0 ? -right : 0);

    public void Point(double x, out double p, out double q)
    {
        p = center + scale * Math.Sinh(x);
        q = Math.Log(scale * Math.Cosh(x));
    }

    public double LogDensity(int arm, double p, double q)
    {
        var o = arm * Size;
        var t = p * parameters[o] + parameters[o + 1];
        var freedom = parameters[o + 3];
        return q + parameters[o + 2] + (freedom == 0 ? -0.5 * t * t : -0.5 * (freedom + 1) * Math.Log(1 + t * t / freedom));
    }

    internal static (double Center, double Scale, double Freedom) Law(ArmPosterior arm) => arm switch
    {
        ArmPosterior.Gaussian g => (g.Posterior.Mu, g.Posterior.Scale, g.Posterior.DegreesOfFreedom),
        ArmPosterior.Normal n => (n.Center, n.Spread, 0),
        _ => throw new ArgumentException($"Arms of one set must be of one family; {arm} stands among effects in nats.", nameof(arm)),
    };

    // Distance, in scales, beyond which about 1e-13 lies: t = √ν·sinh(u) has the density c·cosh(u)^−ν, whose tail is below c·2^ν·e^{−νu}/ν.
    static double TailCut(double freedom)
    {
        if (freedom == 0)
        {
            return 7.5;
        }

        var constant = GaussianPosterior.LogStudentConstant(freedom) + 0.5 * Math.Log(freedom);
        var u = (constant - Math.Log(freedom) - LogTailMass) / freedom + Math.Log(2);
        var target = LogTailMass + Math.Log(Math.Min(freedom, 7 * Math.Sqrt(freedom)));
        for (var step = 0; step < 60; step++)
        {
            var miss = constant - freedom * Math.Log(Math.Cosh(u)) - target;
            if (miss > -2)
            {
                break;
            }

            u += miss / (freedom * Math.Tanh(u));
        }

        return Math.Sqrt(freedom) * Math.Sinh(Math.Min(u, 300));
    }
}
