namespace Aampe.Agents.Core.Experiments;

/// <summary>
/// Mean of a series of effects whose errors are shared within a block of time: the treated effects of one day lean on the same
/// controls and the same weather, so days, not effects, are the independent units.
/// </summary>
/// <remarks>docs/method/3-experiments-off-policy.md, mean over time blocks.</remarks>
public static class BlockedMean
{
    /// <summary>The mean of all effects with an interval from the spread between blocks.</summary>
    /// <param name="blocks">Moments of the effects of each block (a UTC day, say), one entry a block; empty blocks are passed over.</param>
    /// <param name="level">Level of the interval.</param>
    /// <returns>
    /// Σn·ȳ / Σn with the standard error √(B/(B−1) · Σn²(ȳ − mean)²) / Σn over the B blocks, and Student's t with B* − 1 degrees of freedom,
    /// B* = (Σn)²/Σn² the number of equal blocks that weigh as much. With blocks of one size that is the t interval of the block means.
    /// Not known while B* &lt; 2, or when all block means are alike.
    /// </returns>
    public static Estimate Of(ReadOnlySpan<Moments> blocks, ConfidenceLevel level)
    {
        var (n, squares, used) = (0.0, 0.0, 0);
        var all = default(Moments);
        foreach (var block in blocks)
        {
            n += block.N;
            squares += (double)block.N * block.N;
            used += block.N > 0 ? 1 : 0;
            all = all.Merge(block);
        }

        if (used < 2 || n * n < 2 * squares)
        {
            return new Estimate.NotKnown(WhyNotKnown.TooFewBlocks);
        }

        var between = 0.0;
        foreach (var block in blocks)
        {
            var apart = block.N * (block.Mean - all.Mean);
            between += block.N == 0 ? 0 : apart * apart;
        }

        return between == 0
            ? new Estimate.NotKnown(WhyNotKnown.NoVariation)
            : Estimate.Known.Symmetric(all.Mean, Math.Sqrt(used / (used - 1.0) * between) / n, level.StudentQuantile(n * n / squares - 1), level);
    }
}
