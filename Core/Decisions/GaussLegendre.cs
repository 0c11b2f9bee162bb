using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Aampe.Agents.Core.Decisions;

/// <summary>Sixteen-point Gauss–Legendre rule on [−1, 1], and the integrals of its interpolating polynomials from each node to 1.</summary>
static class GaussLegendre
{
    public const int Nodes = 16;

    static readonly double[] points = new double[Nodes];
    static readonly double[] weights = new double[Nodes];

    // Row k: the integrals from every node i to 1 of the polynomial that is 1 at node k and 0 at the others.
    static readonly double[] tails = new double[Nodes * Nodes];

    static GaussLegendre()
    {
        var p = new double[Nodes + 2];
        for (var i = 0; i < Nodes; i++)
        {
            var x = -Math.Cos(Math.PI * (i + 0.75) / (Nodes + 0.5));
            double slope;
            for (var step = 0; ; step++)
            {
                Legendre(x, p);
                slope = Nodes * (x * p[Nodes] - p[Nodes - 1]) / (x * x - 1);
                var move = p[Nodes] / slope;
                x -= move;
                if (Math.Abs(move) < 1e-16 || step == 50)
                {
                    break;
                }
            }

            points[i] = x;
            weights[i] = 2 / ((1 - x * x) * slope * slope);
        }

        var at = points.Select(x => Legendre(x, new double[Nodes + 2])).ToArray();
        for (var k = 0; k < Nodes; k++)
        {
            for (var i = 0; i < Nodes; i++)
            {
                // ∫_x^1 P_m = (P_{m−1}(x) − P_{m+1}(x))/(2m + 1); the (2m + 1)/2 of the expansion cancels the denominator.
                var sum = (1 - points[i]) / 2;
                for (var m = 1; m < Nodes; m++)
                {
                    sum += at[k][m] * (at[i][m - 1] - at[i][m + 1]) / 2;
                }

                tails[k * Nodes + i] = weights[k] * sum;
            }
        }
    }

    public static ReadOnlySpan<double> Points => points;

    public static ReadOnlySpan<double> Weights => weights;

    /// <summary>
    /// Integrates values at the nodes. <paramref name="below"/> receives <paramref name="atRight"/> minus the integral from each node to the
    /// right end, not less than 0.
    /// </summary>
    /// <returns>The integral over the whole panel.</returns>
    public static double Integrate(ReadOnlySpan<double> values, double atRight, Span<double> below)
    {
        var whole = 0.0;
        var target = MemoryMarshal.Cast<double, Vector256<double>>(below);
        target.Fill(Vector256.Create(atRight));
        for (var k = 0; k < Nodes; k++)
        {
            var value = values[k];
            whole += weights[k] * value;
            var row = MemoryMarshal.Cast<double, Vector256<double>>(tails.AsSpan(k * Nodes, Nodes));
            var spread = Vector256.Create(value);
            for (var v = 0; v < target.Length; v++)
            {
                target[v] -= spread * row[v];
            }
        }

        for (var v = 0; v < target.Length; v++)
        {
            target[v] = Vector256.Max(target[v], Vector256<double>.Zero);
        }

        return whole;
    }

    static double[] Legendre(double x, double[] p)
    {
        p[0] = 1;
        p[1] = x;
        for (var m = 1; m <= Nodes; m++)
        {
            p[m + 1] = ((2 * m + 1) * x * p[m] - m * p[m - 1]) / (m + 1);
        }

        return p;
    }
}
