using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Populations;

/// <summary>How a population's prior is learnt.</summary>
public sealed record PopulationFitOptions
{
    /// <summary>Passes of incremental EM over the agents; a nightly fit starts from the last one, so few are enough.</summary>
    public int Passes { get; init; } = 3;

    /// <summary>Largest number of types; 1 = one Gaussian.</summary>
    public int MostTypes { get; init; } = 12;

    /// <summary>Number of factors Λ that Σ keeps beside its diagonal; null = all of Σ.</summary>
    public int? Factors { get; init; }

    /// <summary>Whether mean effects follow behaviour features within a type.</summary>
    public bool Slopes { get; init; } = true;

    /// <summary>Users' worth of belief in the start of Σ.</summary>
    public double CovarianceStrength { get; init; } = 20;

    /// <summary>Outcomes expected for each event of <see cref="AgentReport.Total"/>: how large effects may be before anything is known. 1 = the outcome is that event.</summary>
    public double OutcomesPerEvent { get; init; } = 1;

    /// <summary>Threads; the result does not depend on it.</summary>
    public int Workers { get; init; } = 1;
}

/// <summary>
/// Learns a population's prior from agents' statistics by EM on the marginal likelihood: E, each agent's belief under the prior; M, the means
/// by regression on type and features, Σ from the spread of beliefs around them plus each belief's own covariance.
/// </summary>
/// <remarks>docs/method.md §9a. A statistic enters the prior of others; below 200 agents a user's own is taken out by the caller.</remarks>
public static class PopulationFit
{
    // Parts of the sums, whatever the number of threads.
    const int Parts = 8;

    const double Step = 1.8;

    /// <summary>A prior before any effect is known: types from behaviour, effects around 0.</summary>
    /// <param name="shape">Groups of the summaries.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="agents">Agents; at least one.</param>
    /// <param name="options">How to learn.</param>
    public static PopulationPrior Start(BehaviourShape shape, EffectLayout layout, IReadOnlyList<AgentReport> agents, PopulationFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        var (types, shares) = TypeDiscovery.Find(shape, agents, options.MostTypes, options.Workers);
        var (centres, scales) = FeatureScale.Of(shape, agents);
        var guess = Guess(layout, agents, options);
        return new PopulationPrior(
            types, shares, [.. types.Select(_ => new double[layout.Dimension])],
            options.Slopes ? [.. centres.Select(_ => new double[layout.Dimension])] : [],
            centres, scales, guess, 1) { MeanError = PopulationMeans.ErrorOfGuess(layout, guess) };
    }

    /// <summary>A prior of the same types for another outcome, of whose effects nothing is known yet.</summary>
    /// <param name="prior">Types, features and the dispersion of events.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="agents">Agents; at least one.</param>
    /// <param name="options">How to learn; <see cref="PopulationFitOptions.OutcomesPerEvent"/> of the other outcome.</param>
    public static PopulationPrior Anew(PopulationPrior prior, EffectLayout layout, IReadOnlyList<AgentReport> agents, PopulationFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        var guess = Guess(layout, agents, options);
        return new PopulationPrior(
            prior.Types, prior.Shares.AsSpan(), [.. prior.Means.Select(_ => new double[layout.Dimension])], [.. prior.Slopes.Select(_ => new double[layout.Dimension])],
            prior.Centres.AsSpan(), prior.Scales.AsSpan(), guess, prior.Noise) { MeanError = PopulationMeans.ErrorOfGuess(layout, guess), Drift = prior.Drift };
    }

    /// <summary>Σ before anything is known: a message moves a tenth to a third of a day's events.</summary>
    static double[] Guess(EffectLayout layout, IReadOnlyList<AgentReport> agents, PopulationFitOptions options)
    {
        var rate = Math.Max(options.OutcomesPerEvent * agents.Sum(agent => agent.Total) / agents.Sum(agent => agent.Exposure), 1e-3);
        var packed = new double[layout.Dimension * (layout.Dimension + 1) / 2];
        for (var i = 0; i < layout.Dimension; i++)
        {
            var deviation = i == layout.Message ? 0.3 * rate : i == layout.Fatigue ? 0.03 * rate : i == layout.Correction ? 1 : 0.15 * rate;
            packed[i * (i + 1) / 2 + i] = deviation * deviation;
        }

        return packed;
    }

    /// <summary>The prior after more rounds of EM on agents' statistics.</summary>
    /// <param name="prior">Where to start: the last prior.</param>
    /// <param name="layout">Coefficients.</param>
    /// <param name="agents">Agents; those without a statistic are left out.</param>
    /// <param name="options">How to learn.</param>
    /// <returns>The prior, and the mean log evidence of an agent under the one before the last round.</returns>
    public static (PopulationPrior Prior, double LogEvidence) Improve(PopulationPrior prior, EffectLayout layout, IReadOnlyList<AgentReport> agents, PopulationFitOptions options)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(agents);
        ArgumentNullException.ThrowIfNull(options);
        AgentReport[] known = [.. agents.Where(agent => agent.Effects is { Count: > 0 })];
        if (known.Length == 0)
        {
            return (prior, 0);
        }

        var guess = Guess(layout, agents, options);
        UserPrior[] users = [.. known.Select(agent => prior.Of(agent.Behaviour))];
        var evidence = 0.0;
        for (var pass = 0; pass < options.Passes; pass++)
        {
            var sums = Expect(prior, users, known, options.Workers);
            evidence = sums.Evidence / known.Length;
            // Means first: a spread measured around means that are not there yet would take them for differences between users.
            prior = Renew(prior, layout, sums, guess, options, pass > 0);
        }

        return (prior, evidence);
    }

    static FitSums Expect(PopulationPrior prior, UserPrior[] users, AgentReport[] agents, int workers)
    {
        var parts = new FitSums[Math.Clamp(agents.Length / 64, 1, Parts)];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers) }, p =>
        {
            parts[p] = new FitSums(prior);
            for (var u = (int)((long)agents.Length * p / parts.Length); u < (long)agents.Length * (p + 1) / parts.Length; u++)
            {
                parts[p].Add(users[u].Under(prior), agents[u].Effects!);
            }
        });

        // In order, so that the same agents give the same bits on any number of threads.
        for (var p = 1; p < parts.Length; p++)
        {
            parts[0].Add(parts[p]);
        }

        return parts[0];
    }

    static PopulationPrior Renew(PopulationPrior prior, EffectLayout layout, FitSums sums, double[] guess, PopulationFitOptions options, bool spread)
    {
        var features = prior.Slopes.Length;
        var (means, error) = PopulationMeans.Solve(sums, layout, guess, 1 + features);
        var covariance = spread ? Spread(prior, layout, sums, guess, options) : [.. prior.Covariance];
        ImmutableArray<double[]> slopes = [.. Enumerable.Range(1, features).Select(f => means[f])];
        ImmutableArray<double[]> centres = [.. Enumerable.Range(0, prior.Types.Length).Select(k => means[0].Zip(means[1 + features + k], (x, y) => x + y).ToArray())];
        double[] shares = [.. sums.Shares.Select(share => Math.Max(share / sums.Count, 1e-4))];
        return new PopulationPrior(prior.Types, shares, centres, slopes, prior.Centres.AsSpan(), prior.Scales.AsSpan(), covariance, prior.Noise) { MeanError = error, Drift = prior.Drift };
    }

    // EM: the mean of A⁻¹ = Σ − ΣWΣ and of what beliefs moved. Its steps are short where agents know little, so they are lengthened; below twice the
    // step EM still converges.
    static double[] Spread(PopulationPrior prior, EffectLayout layout, FitSums sums, double[] guess, PopulationFitOptions options)
    {
        var n = prior.Dimension;
        var before = Matrix<double>.Build.Dense(n, n, (i, j) => prior.Covariance[Place(i, j)]);
        var known = Matrix<double>.Build.Dense(n, n, (i, j) => sums.Normal[Place(i, j)]);
        var lost = before * known * before;
        var after = Matrix<double>.Build.Dense(n, n, (i, j) =>
            (sums.Count * before[i, j] - lost[i, j] + sums.Squares[Place(i, j)] + options.CovarianceStrength * guess[Place(i, j)]) / (sums.Count + options.CovarianceStrength));
        Fix(after, layout.Correction);
        return Lengthen(prior.Covariance.ToArray(), LowRank.Packed(after, options.Factors), n);
    }

    static double[] Lengthen(double[] from, double[] to, int n)
    {
        var packed = new double[to.Length];
        if (!SmallCholesky.Factor(from, n) || !SmallCholesky.Factor(to, n))
        {
            throw new ArithmeticException("The spread of effects is not positive definite: a statistic is damaged.");
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var place = Place(i, j);
                from[place] += Step * (to[place] - from[place]);
                if (i == j)
                {
                    // The diagonal of a factor stays positive, and so does Σ.
                    from[place] = Math.Max(from[place], 0.5 * to[place]);
                }
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var k = 0; k <= j; k++)
                {
                    packed[Place(i, j)] += from[Place(i, k)] * from[Place(j, k)];
                }
            }
        }

        return packed;
    }

    internal static int Place(int i, int j) => i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;

    // The correction's column is scaled by the error of each user's own baseline: unit variance, and nothing goes with it.
    static void Fix(Matrix<double> covariance, int place)
    {
        covariance.ClearRow(place);
        covariance.ClearColumn(place);
        covariance[place, place] = 1;
    }
}
