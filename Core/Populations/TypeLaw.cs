using Aampe.Agents.Core.Posteriors;

namespace Aampe.Agents.Core.Populations;

/// <summary>
/// How users of one type behave: their rates are Gamma distributed, so counts are negative binomial; the split of each group is Dirichlet
/// distributed, so its counts are Dirichlet–multinomial. Few counts then say little, and many say much.
/// </summary>
/// <remarks>docs/method.md §9a.</remarks>
public sealed class TypeLaw
{
    readonly double[] concentrations;
    readonly RisingLog[] cells;
    readonly RisingLog[] totals;
    readonly RisingLog rate;

    // The tables of all cells, one after the other: a likelihood is mostly look-ups in them.
    readonly double[] small;

    /// <summary>Makes a law of its parameters.</summary>
    /// <param name="shape">Groups, as summaries have them.</param>
    /// <param name="rateMean">Mean events a day, &gt; 0.</param>
    /// <param name="rateShape">Shape of the Gamma law of rates, &gt; 0; its squared coefficient of variation is 1/shape.</param>
    /// <param name="concentrations">Dirichlet parameters of all cells, group after group, &gt; 0.</param>
    public TypeLaw(BehaviourShape shape, double rateMean, double rateShape, ReadOnlySpan<double> concentrations)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (concentrations.Length != shape.Cells)
        {
            throw new ArgumentException($"A law needs {shape.Cells} concentrations; it has {concentrations.Length}.", nameof(concentrations));
        }

        Shape = shape;
        RateMean = Require.Positive(rateMean);
        RateShape = Require.Positive(rateShape);
        this.concentrations = concentrations.ToArray();
        rate = new RisingLog(rateShape);
        cells = [.. this.concentrations.Select(one => new RisingLog(Require.Positive(one)))];
        var sums = new double[shape.Groups.Length];
        var cell = 0;
        for (var g = 0; g < sums.Length; g++)
        {
            for (var j = 0; j < shape.Groups[g].Size; j++)
            {
                sums[g] += this.concentrations[cell++];
            }
        }

        totals = [.. sums.Select(sum => new RisingLog(sum))];
        small = new double[cells.Length * RisingLog.Kept];
        for (var one = 0; one < cells.Length; one++)
        {
            cells[one].Small.CopyTo(small.AsSpan(one * RisingLog.Kept));
        }
    }

    /// <summary>Groups of the summaries it judges.</summary>
    public BehaviourShape Shape { get; }

    /// <summary>Mean events a day.</summary>
    public double RateMean { get; }

    /// <summary>Shape of the Gamma law of rates.</summary>
    public double RateShape { get; }

    /// <summary>Dirichlet parameters of all cells.</summary>
    public ReadOnlySpan<double> Concentrations => concentrations;

    /// <summary>ln P(summary | type), without the terms that all types share.</summary>
    public double LogLikelihood(in BehaviourSummary summary)
    {
        var (n, expected) = (summary.Total, RateMean * summary.Exposure);
        // A user without a day to be known by says nothing of types: 0 events of 0 expected.
        var sum = rate.At(n) - RateShape * Math.Log(1 + expected / RateShape) - (n == 0 ? 0 : n * Math.Log(1 + RateShape / expected));
        var cell = 0;
        for (var g = 0; g < totals.Length; g++)
        {
            var total = 0;
            for (var j = Shape.Groups[g].Size; j > 0; j--, cell++)
            {
                var count = summary.Counts[cell];
                sum += (uint)count < RisingLog.Kept ? small[cell * RisingLog.Kept + count] : cells[cell].At(count);
                total += count;
            }

            sum -= totals[g].At(total);
        }

        return sum;
    }

    /// <summary>Belief about a user's own rate, given the type: Gamma(shape + n, shape/mean + exposure).</summary>
    /// <returns>Mean and variance, events a day.</returns>
    public (double Mean, double Variance) Rate(in BehaviourSummary summary)
    {
        var (shape, exposure) = (RateShape + summary.Total, RateShape / RateMean + summary.Exposure);
        return (shape / exposure, shape / (exposure * exposure));
    }

    /// <summary>Belief about the share of a user's events that take all cells of a path, given the type: a product of Beta shares.</summary>
    /// <param name="path">Cells, each of another group.</param>
    /// <param name="summary">The user's counts.</param>
    /// <returns>First and second moment.</returns>
    internal (double First, double Second) ShareOf(ReadOnlySpan<int> path, in BehaviourSummary summary)
    {
        var (first, second, cell) = (1.0, 1.0, 0);
        foreach (var group in Shape.Groups)
        {
            var (total, taken) = (0.0, -1.0);
            for (var j = 0; j < group.Size; j++, cell++)
            {
                var known = concentrations[cell] + summary.Counts[cell];
                total += known;
                taken = path.Contains(cell) ? known : taken;
            }

            if (taken >= 0)
            {
                first *= taken / total;
                second *= taken * (taken + 1) / (total * (total + 1));
            }
        }

        return (first, second);
    }
}

/// <summary>ln Γ(α + n) − ln Γ(α), from a table for the whole numbers that counts mostly are.</summary>
sealed class RisingLog
{
    /// <summary>Counts below it are in the table.</summary>
    public const int Kept = 96;

    readonly double alpha;
    readonly double start;
    readonly double[] table = new double[Kept];

    public RisingLog(double alpha)
    {
        this.alpha = alpha;
        start = LogGammaFunction.At(alpha);
        for (var n = 1; n < Kept; n++)
        {
            table[n] = table[n - 1] + Math.Log(alpha + n - 1);
        }
    }

    /// <summary>Values for 0, 1, 2, … up to the last that is kept.</summary>
    public ReadOnlySpan<double> Small => table;

    public double At(double n) => n < Kept && n == (int)n ? table[(int)n] : LogGammaFunction.At(alpha + n) - start;
}
