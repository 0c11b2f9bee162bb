using MathNet.Numerics;

namespace Aampe.Agents.Core.Populations;

/// <summary>One type's count law from agents weighted by how likely they are of the type.</summary>
/// <remarks>docs/method.md §9a. Rates by moments, Dirichlet parameters by Minka's fixed point (2000), many steps a round of EM: its steps are short.</remarks>
static class CountFit
{
    // Bounds of concentrations and shapes: outside them the data cannot tell one value from the next.
    const double Least = 0.02, Most = 2000;

    // Steps of the fixed point a round: a step reads counts, not users, so many are cheap, and one alone lags far behind.
    const int Steps = 20;

    public static TypeLaw Law(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] weights, int type, TypeLaw? before)
    {
        var (mean, rateShape) = Rate(agents, weights, type);
        var alphas = before is null ? Moments(shape, agents, weights, type) : before.Concentrations.ToArray();
        var (cells, totals) = Count(shape, agents, weights, type);
        Improve(shape, cells, totals, alphas);
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

    static void Improve(BehaviourShape shape, Rises[] cells, Rises[] totals, double[] alphas)
    {
        for (var (g, first) = (0, 0); g < totals.Length; first += shape.Groups[g++].Size)
        {
            var own = alphas.AsSpan(first, shape.Groups[g].Size);
            for (var step = 0; step < Steps; step++)
            {
                var sum = 0.0;
                foreach (var alpha in own)
                {
                    sum += alpha;
                }

                var below = totals[g].At(sum);
                for (var j = 0; j < own.Length && below > 0; j++)
                {
                    own[j] = Math.Clamp(own[j] * (cells[first + j].At(own[j]) + 1e-9) / below, Least, Most);
                }
            }
        }
    }

    static (Rises[] Cells, Rises[] Totals) Count(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] weights, int type)
    {
        Rises[] cells = [.. Enumerable.Range(0, shape.Cells).Select(_ => new Rises())], totals = [.. shape.Groups.Select(_ => new Rises())];
        for (var u = 0; u < agents.Count; u++)
        {
            var weight = weights[u][type];
            if (weight < 1e-6)
            {
                continue;
            }

            var counts = agents[u].Counts;
            for (var (g, cell) = (0, 0); g < totals.Length; g++)
            {
                var total = 0;
                for (var j = shape.Groups[g].Size; j > 0; j--, cell++)
                {
                    total += counts[cell];
                    cells[cell].Add(counts[cell], weight);
                }

                totals[g].Add(total, weight);
            }
        }

        return (cells, totals);
    }

    /// <summary>Σ w·(ψ(α + n) − ψ(α)) over users, for any α: users of one count are one, so that a step costs counts and not users.</summary>
    sealed class Rises
    {
        const int Whole = 512;

        readonly List<(int Count, double Weight)> large = [];
        double[] weights = new double[16];
        double[]? above;

        public void Add(int count, double weight)
        {
            if (count >= Whole)
            {
                large.Add((count, weight));
                return;
            }

            if (count >= weights.Length)
            {
                Array.Resize(ref weights, Math.Max(count + 1, 2 * weights.Length));
            }

            weights[count] += weight;
        }

        public double At(double alpha)
        {
            above ??= Above();
            var sum = 0.0;
            for (var i = 0; i < above.Length; i++)
            {
                sum += above[i] / (alpha + i);
            }

            foreach (var (count, weight) in large)
            {
                sum += weight * (SpecialFunctions.DiGamma(alpha + count) - SpecialFunctions.DiGamma(alpha));
            }

            return sum;
        }

        // ψ(α + n) − ψ(α) = Σ 1/(α + i) over i < n: the weight of all larger counts stands at each i.
        double[] Above()
        {
            var last = weights.Length - 1;
            while (last > 0 && weights[last] == 0)
            {
                last--;
            }

            var sums = new double[last];
            var sum = 0.0;
            for (var i = last - 1; i >= 0; i--)
            {
                sums[i] = sum += weights[i + 1];
            }

            return sums;
        }
    }
}
