using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Decisions;

/// <summary>Selection probabilities when actions carry different prices: π_a = ∫ f_a(z) Π_{j≠a} F_j(z − c_a + c_j) dz, arm by arm.</summary>
/// <remarks>Slower than <see cref="SelectionProbability"/> (each F is a special function), used only for the option of a priced Send.</remarks>
static class PricedSelection
{
    const double Tolerance = 1e-9;
    const int DeepestHalving = 30;

    public static double[] Of(ArmPosterior[] arms, double[] prices)
    {
        var probabilities = new double[arms.Length];
        for (var a = 0; a < arms.Length; a++)
        {
            probabilities[a] = Largest(arms, prices, a);
        }

        return SelectionProbability.Normalised(probabilities);
    }

    static double Largest(ArmPosterior[] arms, double[] prices, int a)
    {
        var (low, high, valueAt, logDensity) = Coordinate(arms[a]);

        double Integrand(double x)
        {
            var z = valueAt(x);
            var product = Math.Exp(logDensity(x));
            for (var j = 0; j < arms.Length && product > 0; j++)
            {
                product *= j == a ? 1 : arms[j].Cdf(z - prices[a] + prices[j]);
            }

            return product;
        }

        var sum = 0.0;
        const int Panels = 8;
        for (var i = 0; i < Panels; i++)
        {
            var (left, right) = (low + (high - low) * i / Panels, low + (high - low) * (i + 1) / Panels);
            sum += Halve(Integrand, left, right, Panel(Integrand, left, right), 0);
        }

        return sum;
    }

    static double Halve(Func<double, double> f, double left, double right, double whole, int depth)
    {
        var middle = left + (right - left) / 2;
        var (first, second) = (Panel(f, left, middle), Panel(f, middle, right));
        return depth >= DeepestHalving || Math.Abs(first + second - whole) <= Tolerance
            ? first + second
            : Halve(f, left, middle, first, depth + 1) + Halve(f, middle, right, second, depth + 1);
    }

    static double Panel(Func<double, double> f, double left, double right)
    {
        var half = (right - left) / 2;
        var sum = 0.0;
        for (var i = 0; i < GaussLegendre.Nodes; i++)
        {
            sum += GaussLegendre.Weights[i] * f(left + half * (1 + GaussLegendre.Points[i]));
        }

        return half * sum;
    }

    // The arm's own support, its value at a coordinate and ln of its density there.
    static (double Low, double High, Func<double, double> ValueAt, Func<double, double> LogDensity) Coordinate(ArmPosterior arm)
    {
        if (arm is ArmPosterior.Beta { Posterior: var beta })
        {
            var workspace = new double[BetaLaws.Size];
            var (low, high) = new BetaLaws([arm], workspace).Support(0);
            var logBeta = LogGammaFunction.LogBeta(beta.Alpha, beta.Beta);
            return (low, high, Draw.Logistic, x => beta.Alpha * BetaPosterior.LogLogistic(x) + beta.Beta * BetaPosterior.LogLogistic(-x) - logBeta);
        }

        var (center, scale, _) = StudentLaws.Law(arm);
        var laws = new double[StudentLaws.Size];
        var (left, right) = new StudentLaws([arm], laws).Support(0);
        return (left, right, u => center + scale * Math.Sinh(u), u => arm.LogDensity(center + scale * Math.Sinh(u)) + Math.Log(scale * Math.Cosh(u)));
    }
}
