using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// Follows what moves for everybody: the population's mean effects make a random walk. A Kalman filter for each pace on a small grid sees each
/// day's sums; the pace with the best evidence leads, and none leads unless it beats standing still clearly.
/// </summary>
/// <remarks>docs/method.md §9c. A pace λ: a day's step has the variance λ times the spread between users, coefficient by coefficient.</remarks>
public sealed class CommonWalk
{
    /// <summary>Nats by which a pace must beat standing still; worlds without a walk reach 13 (docs/adr/0009).</summary>
    public const double Lead = 20;

    /// <summary>Paces tried: in 1/λ days everybody's tastes wander as far as users differ. 0 stands still.</summary>
    public static ImmutableArray<double> Paces { get; } = [0, 1.0 / 3000, 1.0 / 1000, 1.0 / 300, 1.0 / 100, 1.0 / 30];

    /// <summary>Variances tried, in the same unit, of what passes with the day: a weekend, weather, an error of what was expected.</summary>
    public static ImmutableArray<double> Passing { get; } = [0, 0.01, 0.03, 0.1];

    readonly ImmutableArray<Filter> filters;

    CommonWalk(ImmutableArray<Filter> filters) => this.filters = filters;

    /// <summary>Before the first day.</summary>
    /// <param name="dimension">P.</param>
    public static CommonWalk Start(int dimension) => new([.. Laws.Select(_ => new Filter(new double[dimension], new double[dimension, dimension], 0))]);

    static IEnumerable<(double Pace, double Passing)> Laws => Paces.SelectMany(_ => Passing, (pace, passing) => (pace, passing));

    /// <summary>Log evidence of each pace with what passes that suits it best, in the order of <see cref="Paces"/>.</summary>
    public ImmutableArray<double> Evidence => [.. filters.Select(filter => filter.Evidence).Chunk(Passing.Length).Select(of => of.Max())];

    /// <summary>The pace that leads; 0 = nothing moves.</summary>
    public double Pace => Paces[Leading() / Passing.Length];

    /// <summary>Nats by which the best pace is ahead of standing still; 0 or less where standing still is best.</summary>
    public double Ahead => Evidence is var all ? all.Skip(1).Max() - all[0] : 0;

    /// <summary>
    /// After a fit: every filter doubts the means by their error, standing still as well. Choosing the best of means with errors takes those that err upwards,
    /// so what was chosen disappoints day after day, and that is no walk.
    /// </summary>
    /// <param name="before">The prior before the fit; null before the first.</param>
    /// <param name="after">The prior after it, with its <see cref="PopulationPrior.MeanError"/>.</param>
    /// <param name="layout">Coefficients.</param>
    public CommonWalk Refitted(PopulationPrior? before, PopulationPrior after, EffectLayout layout)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(layout);
        var (doubt, moved) = (new double[layout.Dimension], new double[layout.Dimension]);
        for (var i = 0; i < doubt.Length; i++)
        {
            // The disappointments of all sets fall on the message together.
            doubt[i] = i == layout.Correction ? 0 : i == layout.Message ? after.MeanError * layout.Sets.Length * layout.Sets.Length : after.MeanError;
            for (var k = 0; k < after.Types.Length && before is not null; k++)
            {
                moved[i] += after.Shares[k] * (after.Means[k][i] - before.Means[k][i]);
            }
        }

        return new([.. filters.Select(filter => filter.Seen(moved).Doubting(doubt))]);
    }

    /// <summary>A day further.</summary>
    /// <param name="day">The day's sums, under the means as they are.</param>
    /// <param name="prior">The prior they were made under.</param>
    /// <param name="layout">Coefficients. Fatigue and the errors of baselines do not walk.</param>
    /// <param name="dayVariance">Variance of the day's factor on everybody's outcomes, as far as the control group leaves it open; ≥ 0.</param>
    /// <returns>The walk after the day, and the step by which means and statistics must move now.</returns>
    public (CommonWalk Next, double[] Step) Follow(WalkSums day, PopulationPrior prior, EffectLayout layout, double dayVariance)
    {
        ArgumentNullException.ThrowIfNull(day);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(layout);
        var (products, sums) = WithoutDay(day, Require.NotNegative(dayVariance));
        var variances = Vector<double>.Build.Dense(layout.Dimension, i => i == layout.Fatigue || i == layout.Correction ? 0 : prior.Covariance[i * (i + 3) / 2]);
        var next = new CommonWalk([.. filters.Zip(Laws, (filter, law) => filter.After(products, sums, law.Pace * variances, law.Passing * variances))]);
        // What standing still finds is an error of the means, which the next fit sees as well.
        double[] step = next.Leading() < Passing.Length ? new double[layout.Dimension] : [.. next.filters[next.Leading()].Offset];
        return (new CommonWalk([.. next.filters.Select(filter => filter.Seen(step))]), step);
    }

    int Leading()
    {
        var still = filters.Take(Passing.Length).Max(filter => filter.Evidence);
        var best = Enumerable.Range(0, filters.Length).MaxBy(k => filters[k].Evidence);
        return filters[best].Evidence > still + Lead ? best : 0;
    }

    // The day's own factor is not asked for: integrated out with the variance that is left in it.
    static (Matrix<double> Products, Vector<double> Sums) WithoutDay(WalkSums day, double variance)
    {
        var n = day.Dimension;
        var last = day.Products[(n * (n + 1) / 2)..];
        var taken = variance / (1 + variance * last[n]);
        var products = Matrix<double>.Build.Dense(n, n);
        var sums = Vector<double>.Build.Dense(n);
        for (var i = 0; i < n; i++)
        {
            sums[i] = day.Sums[i] - taken * last[i] * day.Sums[n];
            for (var j = 0; j <= i; j++)
            {
                products[i, j] = products[j, i] = day.Products[i * (i + 1) / 2 + j] - taken * last[i] * last[j];
            }
        }

        return (products, sums);
    }

    /// <summary>Belief about where the means are, seen from where they are taken to be: N(Offset, Doubt).</summary>
    sealed record Filter(double[] Offset, double[,] Doubt, double Evidence)
    {
        public Filter After(Matrix<double> products, Vector<double> sums, Vector<double> fresh, Vector<double> passing)
        {
            var identity = Matrix<double>.Build.DenseIdentity(fresh.Count);
            var doubt = Matrix<double>.Build.DenseOfArray(Doubt) + Matrix<double>.Build.DenseOfDiagonalVector(fresh);
            var both = doubt + Matrix<double>.Build.DenseOfDiagonalVector(passing);
            var offset = Vector<double>.Build.Dense(Offset);
            var miss = sums - products * offset;
            // (V⁻¹ + N)⁻¹ = V(I + NV)⁻¹: defined where V is singular, as it is for a coefficient that never moves.
            var inflated = (identity + products * both).LU();
            var reduced = inflated.Solve(miss);
            var evidence = offset * sums - 0.5 * (offset * (products * offset)) + 0.5 * (miss * (both * reduced)) - 0.5 * Math.Log(inflated.Determinant);
            var left = doubt - doubt * inflated.Solve(products * doubt);
            return new([.. offset + doubt * reduced], ((left + left.Transpose()) / 2).ToArray(), Evidence + evidence);
        }

        public Filter Doubting(double[] variances)
        {
            var doubt = (double[,])Doubt.Clone();
            for (var i = 0; i < variances.Length; i++)
            {
                doubt[i, i] += variances[i];
            }

            return this with { Doubt = doubt };
        }

        public Filter Seen(double[] step) => this with { Offset = [.. Offset.Zip(step, (at, moved) => at - moved)] };
    }
}
