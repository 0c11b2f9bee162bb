using MathNet.Numerics;

namespace Aampe.Agents.Core.Populations;

/// <summary>One type's count law from agents weighted by how likely they are of the type.</summary>
/// <remarks>docs/method.md §9a. Rates by moments, Dirichlet parameters by Minka's fixed point (2000), one step a round of EM.</remarks>
static class CountFit
{
    // Bounds of concentrations and shapes: outside them the data cannot tell one value from the next.
    const double Least = 0.02, Most = 2000;

    public static TypeLaw Law(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] weights, int type, TypeLaw? before, int steps)
    {
        var (mean, rateShape) = Rate(agents, weights, type);
        var alphas = before is null ? Moments(shape, agents, weights, type) : before.Concentrations.ToArray();
        for (var step = 0; step < steps; step++)
        {
            Improve(shape, agents, weights, type, alphas);
        }

        return new TypeLaw(shape, mean, rateShape, alphas);
    }

    static (double Mean, double Shape) Rate(IReadOnlyList<AgentReport> agents, double[][] weights, int type)
    {
        var (total, exposure) = (0.5, 1.0);
        for (var u = 0; u < agents.Count; u++)
        {
            total += weights[u][type] * agents[u].Total;
            exposure += weights[u][type] * agents[u].Exposure;
        }

        var mean = total / exposure;
        var (excess, scale) = (0.0, 0.0);
        for (var u = 0; u < agents.Count; u++)
        {
            var expected = mean * agents[u].Exposure;
            var miss = agents[u].Total - expected;
            excess += weights[u][type] * (miss * miss - expected);
            scale += weights[u][type] * expected * expected;
        }

        return (mean, excess <= 0 ? Most : Math.Clamp(scale / excess, 0.1, Most));
    }

    // Shares of each cell, with ten counts' worth of certainty: a start for the fixed point.
    static double[] Moments(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] weights, int type)
    {
        var sums = new double[shape.Cells];
        for (var u = 0; u < agents.Count; u++)
        {
            for (var j = 0; j < sums.Length; j++)
            {
                sums[j] += weights[u][type] * agents[u].Counts[j];
            }
        }

        var cell = 0;
        foreach (var group in shape.Groups)
        {
            var total = group.Size * 0.5;
            for (var j = 0; j < group.Size; j++)
            {
                total += sums[cell + j];
            }

            for (var j = 0; j < group.Size; j++, cell++)
            {
                sums[cell] = Math.Clamp(10 * (sums[cell] + 0.5) / total, Least, Most);
            }
        }

        return sums;
    }

    static void Improve(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] weights, int type, double[] alphas)
    {
        var above = new double[alphas.Length];
        var below = new double[shape.Groups.Length];
        var sums = new double[below.Length];
        var tables = new DigammaTable[alphas.Length + below.Length];
        for (var (g, cell) = (0, 0); g < below.Length; g++)
        {
            for (var j = 0; j < shape.Groups[g].Size; j++, cell++)
            {
                sums[g] += alphas[cell];
                tables[cell] = new(alphas[cell]);
            }

            tables[alphas.Length + g] = new(sums[g]);
        }

        for (var u = 0; u < agents.Count; u++)
        {
            var weight = weights[u][type];
            if (weight < 1e-6)
            {
                continue;
            }

            for (var (g, cell) = (0, 0); g < below.Length; g++)
            {
                var total = 0;
                for (var j = 0; j < shape.Groups[g].Size; j++, cell++)
                {
                    var count = agents[u].Counts[cell];
                    total += count;
                    above[cell] += weight * tables[cell].Rise(count);
                }

                below[g] += weight * tables[alphas.Length + g].Rise(total);
            }
        }

        for (var (g, cell) = (0, 0); g < below.Length; g++)
        {
            for (var j = 0; j < shape.Groups[g].Size; j++, cell++)
            {
                alphas[cell] = below[g] > 0 ? Math.Clamp(alphas[cell] * (above[cell] + 1e-9) / below[g], Least, Most) : alphas[cell];
            }
        }
    }

    /// <summary>ψ(α + n) − ψ(α) for whole n: a running sum of 1/(α + i), kept.</summary>
    sealed class DigammaTable(double alpha)
    {
        readonly List<double> rises = [0];

        public double Rise(int count)
        {
            if (count > 512)
            {
                return SpecialFunctions.DiGamma(alpha + count) - SpecialFunctions.DiGamma(alpha);
            }

            while (rises.Count <= count)
            {
                rises.Add(rises[^1] + 1 / (alpha + rises.Count - 1));
            }

            return rises[count];
        }
    }
}
