namespace Aampe.Agents.Core.Posteriors;

/// <summary>ln Γ(x) for x &gt; 0 by Stirling's series above 10 and the recurrence below; relative error about 1e-15 where |ln Γ| ≥ 1.</summary>
static class LogGammaFunction
{
    const double HalfLogTwoPi = 0.91893853320467274178;

    public static double At(double x)
    {
        var product = 1.0;
        var shift = 0.0;
        while (x < 10)
        {
            product *= x;
            x++;
            if (product < 1e-280)
            {
                shift += Math.Log(product);
                product = 1;
            }
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        // Bernoulli numbers B_2k/(2k(2k−1)), k = 1 … 7: at x ≥ 10 the next term is below 3e-17.
        var series = inverse * (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680
            + square * (1.0 / 1188 + square * (-691.0 / 360360 + square * (1.0 / 156)))))));
        return (x - 0.5) * Math.Log(x) - x + HalfLogTwoPi + series - (product == 1 ? 0 : Math.Log(product)) - shift;
    }

    public static double LogBeta(double a, double b) => At(a) + At(b) - At(a + b);
}
