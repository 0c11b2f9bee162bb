namespace Aampe.Agents.Core.Populations;

/// <summary>Mean and standard deviation of behaviour features over a population.</summary>
static class FeatureScale
{
    // Beyond this many deviations a feature is cut: a line is not to be believed far out.
    const double Widest = 4;

    /// <summary>Features of a summary in deviations from their mean, cut at 4.</summary>
    public static double[] Standardised(BehaviourShape shape, in BehaviourSummary summary, ReadOnlySpan<double> centres, ReadOnlySpan<double> scales)
    {
        var own = new double[shape.Features];
        shape.Fill(summary, own);
        for (var f = 0; f < own.Length; f++)
        {
            own[f] = Math.Clamp((own[f] - centres[f]) / scales[f], -Widest, Widest);
        }

        return own;
    }

    /// <summary>Centres and scales; the scale of a constant feature is 1.</summary>
    public static (double[] Centres, double[] Scales) Of(BehaviourShape shape, IReadOnlyList<AgentReport> agents)
    {
        var (sums, squares, own) = (new double[shape.Features], new double[shape.Features], new double[shape.Features]);
        foreach (var agent in agents)
        {
            shape.Fill(agent.Behaviour, own);
            for (var f = 0; f < own.Length; f++)
            {
                sums[f] += own[f];
                squares[f] += own[f] * own[f];
            }
        }

        for (var f = 0; f < sums.Length; f++)
        {
            sums[f] /= agents.Count;
            var variance = squares[f] / agents.Count - sums[f] * sums[f];
            squares[f] = variance > 1e-9 ? Math.Sqrt(variance) : 1;
        }

        return (sums, squares);
    }
}
