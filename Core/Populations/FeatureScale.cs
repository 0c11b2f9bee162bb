namespace Aampe.Agents.Core.Populations;

/// <summary>Mean and standard deviation of behaviour features over a population.</summary>
static class FeatureScale
{
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
