namespace Aampe.Agents.Core.Populations;

/// <summary>
/// What a day's rows of all agents say about a step that the effects of everybody made: each row's miss against its agent's belief, weighed by
/// the noise and that belief's own doubt. Additive over agents and shards.
/// </summary>
/// <remarks>docs/method.md §9c. One coefficient more than the effects have: the day itself, whose factor on everybody's outcomes is never known exactly.</remarks>
public sealed class WalkSums
{
    readonly double[] products;
    readonly double[] sums;
    readonly double[] wide;

    /// <summary>Nothing seen yet.</summary>
    /// <param name="dimension">P.</param>
    public WalkSums(int dimension)
    {
        Dimension = dimension;
        products = new double[(dimension + 1) * (dimension + 2) / 2];
        sums = new double[dimension + 1];
        wide = new double[dimension + 1];
    }

    /// <summary>P.</summary>
    public int Dimension { get; }

    /// <summary>Rows seen.</summary>
    public int Count { get; private set; }

    internal ReadOnlySpan<double> Products => products;

    internal ReadOnlySpan<double> Sums => sums;

    /// <summary>One row.</summary>
    /// <param name="belief">What its agent believed before it.</param>
    /// <param name="row">x, P numbers.</param>
    /// <param name="outcome">y: outcome less what was expected without messages.</param>
    /// <param name="weight">w &gt; 0: 1 over the row's noise variance.</param>
    /// <param name="expected">Outcome expected without messages: what an error of the day's factor multiplies; ≥ 0.</param>
    public void Add(EffectBelief belief, ReadOnlySpan<double> row, double outcome, double weight, double expected)
    {
        ArgumentNullException.ThrowIfNull(belief);
        var (mean, variance) = belief.Value(row);
        var sure = 1 / (1 / Require.Positive(weight) + variance);
        row.CopyTo(wide);
        wide[^1] = expected;
        var place = 0;
        for (var i = 0; i < wide.Length; i++)
        {
            var scaled = sure * wide[i];
            sums[i] += scaled * (outcome - mean);
            for (var j = 0; j <= i; j++)
            {
                products[place++] += scaled * wide[j];
            }
        }

        Count++;
    }

    /// <summary>Adds another part of the population.</summary>
    public void Add(WalkSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < products.Length; i++)
        {
            products[i] += other.products[i];
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += other.sums[i];
        }

        Count += other.Count;
    }
}
