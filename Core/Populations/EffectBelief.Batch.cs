using System.Runtime.Intrinsics;
using Aampe.Agents.Core.Randomness;

namespace Aampe.Agents.Core.Populations;

public sealed partial class EffectBelief
{
    /// <summary>Draws that are made side by side.</summary>
    internal const int Lanes = 4;

    /// <summary>As many draws as fit side by side: each is, to the last bit, what one draw gives in turn.</summary>
    /// <param name="random">Source of uniforms; gives those of one draw after the other.</param>
    /// <param name="theta">P numbers of each draw, filled.</param>
    /// <param name="draws">1 to 4; the other lanes are without meaning.</param>
    /// <param name="width">Factor on the deviation of the Gaussian.</param>
    internal void Sample(SeededRandom random, Span<Vector256<double>> theta, int draws, double width)
    {
        Span<double> normals = stackalloc double[Lanes * Dimension];
        Span<int> drawn = stackalloc int[Lanes];
        drawn.Clear();
        normals.Clear();
        for (var lane = 0; lane < draws; lane++)
        {
            drawn[lane] = TypeAt(random.NextDouble());
            Draw.Normals(random, normals.Slice(lane * Dimension, Dimension));
        }

        for (var i = 0; i < Dimension; i++)
        {
            theta[i] = Vector256.Create(width) * Vector256.Create(normals[i], normals[Dimension + i], normals[2 * Dimension + i], normals[3 * Dimension + i]);
        }

        for (var i = Dimension - 1; i >= 0; i--)
        {
            var row = factor.AsSpan(i * (i + 1) / 2, i + 1);
            var solved = theta[i] / Vector256.Create(row[i]);
            theta[i] = solved;
            for (var k = 0; k < i; k++)
            {
                theta[k] -= Vector256.Create(row[k]) * solved;
            }
        }

        for (var i = 0; i < Dimension; i++)
        {
            theta[i] += Vector256.Create(MeanOf(drawn[0])[i], MeanOf(drawn[1])[i], MeanOf(drawn[2])[i], MeanOf(drawn[3])[i]);
        }
    }

    int TypeAt(double u)
    {
        var t = 0;
        while (t < weights.Length - 1 && (u -= weights[t]) >= 0)
        {
            t++;
        }

        return t;
    }
}
