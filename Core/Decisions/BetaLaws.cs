using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Decisions;

/// <summary>
/// Beta arms on x = ln(z/(1 − z)): density e^{αx}/(1 + e^x)^{α+β}/B(α, β), smooth and log-concave for all shapes, with tails e^{αx} and e^{−βx}.
/// </summary>
readonly ref struct BetaLaws : ILaws
{
    const double LogTailMass = -30;

    // Per arm: α + β, β, −ln B, mode, support.
    readonly Span<double> parameters;

    public BetaLaws(IReadOnlyList<ArmPosterior> arms, Span<double> workspace)
    {
        Count = arms.Count;
        parameters = workspace;
        var strongest = 0.0;
        for (var j = 0; j < Count; j++)
        {
            var posterior = ((ArmPosterior.Beta)arms[j]).Posterior;
            var (alpha, beta) = (posterior.Alpha, posterior.Beta);
            strongest = Math.Max(strongest, alpha + beta);
            var p = parameters.Slice(j * Size, Size);
            p[0] = alpha + beta;
            p[1] = beta;
            p[2] = -LogGammaFunction.LogBeta(alpha, beta);
            p[3] = Math.Log(alpha / beta);
            var spread = Math.Sqrt(1 / alpha + 1 / beta);
            p[4] = Cut(j, -1, alpha, spread);
            p[5] = Cut(j, 1, beta, spread);
        }

        Rounding = strongest * 2e-15;
    }

    public const int Size = 6;

    public int Count { get; }

    public double Rounding { get; }

    public (double Low, double High) Support(int arm) => (parameters[arm * Size + 4], parameters[arm * Size + 5]);

    public double Mode(int arm) => parameters[arm * Size + 3];

    // The density's singularities lie at ±iπ.
    public double Reach(double left, double right) => 2.2 + 0.45 * (left > 0 ? left : right < 0 ? -right : 0);

    public void Point(double x, out double p, out double q)
    {
        p = BetaPosterior.LogLogistic(x);
        q = x;
    }

    public double LogDensity(int arm, double p, double q)
    {
        var o = arm * Size;
        return parameters[o] * p - parameters[o + 1] * q + parameters[o + 2];
    }

    // Newton on the concave ln f from the outside never passes the root, so it stops on the safe side.
    double Cut(int arm, int side, double rate, double spread)
    {
        var target = LogTailMass + Math.Log(Math.Min(rate, 7 / spread));
        var strength = parameters[arm * Size];
        var beta = parameters[arm * Size + 1];
        var x = Mode(arm) + side * 6 * spread;
        for (var step = 0; step < 60; step++)
        {
            Point(x, out var p, out var q);
            var miss = LogDensity(arm, p, q) - target;
            if (miss is <= 0 and > -2)
            {
                break;
            }

            var slope = strength * Math.Exp(p - q) - beta;
            x -= miss / slope;
        }

        return x;
    }
}
