using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>Finds the types of users by how they behave, before any message: a mixture of count laws by EM, their number by BIC.</summary>
/// <remarks>docs/method.md §9a. Deterministic: starts are spread by distance, not by chance.</remarks>
public static class TypeDiscovery
{
    // Rounds of EM, and the gain a user below which they end: types that are cut short pass for types that are not there.
    const int Rounds = 300;
    const double LeastGain = 1e-4;

    // Users whose probabilities one thread computes at a time.
    const int Chunk = 512;

    static readonly int[] Tried = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24];

    // Smallest share of a type: below it a type describes single users.
    const double LeastShare = 0.005;

    /// <summary>The mixture with the best BIC among the numbers of types tried.</summary>
    /// <param name="shape">Groups of the summaries.</param>
    /// <param name="agents">Agents; at least one.</param>
    /// <param name="mostTypes">Largest number of types to try, ≥ 1.</param>
    /// <param name="workers">Threads, ≥ 1; the result does not depend on it.</param>
    public static (ImmutableArray<TypeLaw> Types, double[] Shares) Find(BehaviourShape shape, IReadOnlyList<AgentReport> agents, int mostTypes, int workers)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(agents);
        if (agents.Count == 0)
        {
            throw new ArgumentException("Types need at least one agent.", nameof(agents));
        }

        var features = Standardised(shape, agents);
        (ImmutableArray<TypeLaw> Types, double[] Shares) best = default;
        var (least, worse) = (double.PositiveInfinity, 0);
        foreach (var number in Numbers(mostTypes, agents.Count))
        {
            var (types, shares, likelihood) = Fit(shape, agents, features, number, workers);
            var criterion = Math.Log(agents.Count) * (number * (shape.Cells + 3) - 1) - 2 * likelihood;
            if (criterion < least)
            {
                (best, least, worse) = ((types, shares), criterion, 0);
            }
            else if (++worse == 2)
            {
                break;
            }
        }

        return best;
    }

    static IEnumerable<int> Numbers(int most, int agents) =>
        Tried.Where(number => number <= most && (number == 1 || number * 25 <= agents));

    static (ImmutableArray<TypeLaw> Types, double[] Shares, double Likelihood) Fit(BehaviourShape shape, IReadOnlyList<AgentReport> agents, double[][] features, int number, int workers)
    {
        var weights = Start(features, number);
        var laws = new TypeLaw[number];
        var shares = new double[number];
        var likelihood = double.NegativeInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            Parallel.For(0, number, new ParallelOptions { MaxDegreeOfParallelism = workers }, k =>
            {
                shares[k] = Math.Max(LeastShare, weights.Sum(own => own[k]) / agents.Count);
                laws[k] = CountFit.Law(shape, agents, weights, k, laws[k]);
            });

            var gained = Responsibilities(agents, laws, shares, weights, workers);
            if (round > 10 && gained - likelihood < LeastGain * agents.Count)
            {
                likelihood = gained;
                break;
            }

            likelihood = gained;
        }

        return ([.. laws], shares, likelihood);
    }

    static double Responsibilities(IReadOnlyList<AgentReport> agents, TypeLaw[] laws, double[] shares, double[][] weights, int workers)
    {
        var likelihoods = new double[agents.Count];
        double[] logShares = [.. shares.Select(share => Math.Log(share))];
        Parallel.For(0, (agents.Count + Chunk - 1) / Chunk, new ParallelOptions { MaxDegreeOfParallelism = workers }, chunk =>
        {
            Span<double> logs = stackalloc double[laws.Length];
            for (var u = chunk * Chunk; u < Math.Min(agents.Count, (chunk + 1) * Chunk); u++)
            {
                for (var k = 0; k < logs.Length; k++)
                {
                    logs[k] = logShares[k] + laws[k].LogLikelihood(agents[u].Behaviour);
                }

                weights[u] = UserPrior.Normalise(logs);
                likelihoods[u] = UserPrior.LogSum(logs);
            }
        });

        // In order, so that the number of threads changes no bit.
        return likelihoods.Sum();
    }

    // Seeds far from each other, then a few rounds of k-means.
    static double[][] Start(double[][] features, int number)
    {
        var seeds = new List<double[]> { new double[features[0].Length] };
        var nearest = features.Select(own => Distance(own, seeds[0])).ToArray();
        var ranked = new int[features.Length];
        while (seeds.Count < number)
        {
            // The 98th percentile, not the farthest: outliers are no types.
            for (var u = 0; u < ranked.Length; u++)
            {
                ranked[u] = u;
            }

            Array.Sort((double[])nearest.Clone(), ranked);
            var chosen = features[ranked[(int)(0.98 * (ranked.Length - 1))]];
            seeds.Add(chosen);
            for (var u = 0; u < nearest.Length; u++)
            {
                nearest[u] = Math.Min(nearest[u], Distance(features[u], chosen));
            }
        }

        var own = new int[features.Length];
        for (var round = 0; round < 12; round++)
        {
            var sums = seeds.Select(seed => new double[seed.Length]).ToArray();
            var counts = new int[number];
            for (var u = 0; u < own.Length; u++)
            {
                own[u] = Enumerable.Range(0, number).MinBy(k => Distance(features[u], seeds[k]));
                counts[own[u]]++;
                for (var f = 0; f < features[u].Length; f++)
                {
                    sums[own[u]][f] += features[u][f];
                }
            }

            for (var k = 0; k < number; k++)
            {
                if (counts[k] > 0)
                {
                    seeds[k] = [.. sums[k].Select(x => x / counts[k])];
                }
            }
        }

        // A little of every other type keeps a law defined for all.
        return [.. own.Select(mine => Enumerable.Range(0, number).Select(k => (k == mine ? 0.9 : 0) + 0.1 / number).ToArray())];
    }

    static double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var f = 0; f < a.Length; f++)
        {
            sum += (a[f] - b[f]) * (a[f] - b[f]);
        }

        return sum;
    }

    static double[][] Standardised(BehaviourShape shape, IReadOnlyList<AgentReport> agents)
    {
        var (centres, scales) = FeatureScale.Of(shape, agents);
        return [.. agents.Select(agent => FeatureScale.Standardised(shape, agent.Behaviour, centres, scales))];
    }
}
