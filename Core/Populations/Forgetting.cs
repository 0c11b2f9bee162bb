using System.Collections.Immutable;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// Learns how fast agents should forget what they know of their own effects: each half-life on a small grid foretells the next row of a sample of
/// agents, and the one that foretells best leads. Additive over agents, days and shards.
/// </summary>
/// <remarks>docs/method.md §7c. The density of a row given the rows before it: their product is the marginal likelihood, so nothing is tuned.</remarks>
public sealed class Forgetting
{
    /// <summary>Standard errors by which a half-life must be beaten before a shorter one is taken.</summary>
    public const double Lead = 3;

    readonly double[] sums = new double[HalfLives.Length];
    readonly double[,] squares = new double[HalfLives.Length, HalfLives.Length];

    /// <summary>Half-lives tried, days; null = never.</summary>
    public static ImmutableArray<double?> HalfLives { get; } = [null, 60, 30, 15, 7];

    /// <summary>Rows foretold.</summary>
    public int Count { get; private set; }

    /// <summary>Nats by which each half-life foretold better than never forgetting, summed over rows.</summary>
    public ImmutableArray<double> Gained => [.. sums];

    /// <summary>The longest half-life that no shorter one clearly beats; null = agents forget nothing.</summary>
    /// <remarks>The longest, because what agents remember is also what the population's prior is learnt from.</remarks>
    public double? HalfLifeDays
    {
        get
        {
            var best = Array.IndexOf(sums, sums.Max());
            return HalfLives[Enumerable.Range(0, best + 1).First(k => sums[best] - sums[k] <= Lead * Math.Sqrt(squares[best, k]))];
        }
    }

    /// <summary>Statistics of one agent of the sample that forget with each half-life, all the same at first.</summary>
    public static EffectStatistic[] Start(EffectStatistic own)
    {
        var trials = new EffectStatistic[HalfLives.Length];
        Array.Fill(trials, own);
        return trials;
    }

    /// <summary>One agent's next row: how well each half-life foretells it; then each learns it.</summary>
    /// <param name="prior">The agent's prior.</param>
    /// <param name="trials">Its statistics, carried to the row's day; renewed.</param>
    /// <param name="row">x, P numbers.</param>
    /// <param name="outcome">y: outcome less what was expected without messages.</param>
    /// <param name="weight">w &gt; 0: 1 over the row's noise variance.</param>
    public void Add(UserPrior prior, EffectStatistic[] trials, ReadOnlySpan<double> row, double outcome, double weight)
    {
        ArgumentNullException.ThrowIfNull(trials);
        Span<double> foretold = stackalloc double[trials.Length];
        for (var k = 0; k < trials.Length; k++)
        {
            foretold[k] = EffectBelief.Of(prior, trials[k]).LogDensity(row, outcome, weight);
            trials[k] = trials[k].Add(row, outcome, weight);
        }

        for (var k = 0; k < trials.Length; k++)
        {
            sums[k] += foretold[k] - foretold[0];
            for (var other = 0; other < trials.Length; other++)
            {
                squares[k, other] += (foretold[k] - foretold[other]) * (foretold[k] - foretold[other]);
            }
        }

        Count++;
    }

    /// <summary>A night: all trials make everybody's step, each forgets at its own rate.</summary>
    /// <param name="trials">Statistics of one agent; renewed.</param>
    /// <param name="step">Step of the means.</param>
    /// <param name="days">Days that passed, ≥ 0.</param>
    public static void Pass(EffectStatistic[] trials, ReadOnlySpan<double> step, double days)
    {
        ArgumentNullException.ThrowIfNull(trials);
        Require.NotNegative(days);
        for (var k = 0; k < trials.Length; k++)
        {
            trials[k] = trials[k].Shifted(step).Decayed(HalfLives[k] is { } halfLife ? Math.Pow(2, -days / halfLife) : 1);
        }
    }

    /// <summary>Adds another part of the sample.</summary>
    public void Add(Forgetting other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] += other.sums[k];
            for (var j = 0; j < sums.Length; j++)
            {
                squares[k, j] += other.squares[k, j];
            }
        }

        Count += other.Count;
    }
}
