using System.Collections.Immutable;

namespace Aampe.Agents.Core.Experiments;

/// <summary>p-values of several metrics, adjusted so that the chance of any false alarm stays at the level.</summary>
/// <remarks>Holm (1979); docs/method/3-experiments-off-policy.md, several metrics.</remarks>
public static class Holm
{
    /// <summary>The adjusted p-value of each, in the order given: the smallest times m, the next times m − 1, …, never falling, at most 1.</summary>
    /// <param name="pValues">Each in [0, 1].</param>
    public static ImmutableArray<double> Adjust(params ReadOnlySpan<double> pValues)
    {
        var order = new int[pValues.Length];
        var sorted = new double[pValues.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            sorted[i] = Require.Between(pValues[i], 0, 1, nameof(pValues));
        }

        Array.Sort(sorted, order);
        var adjusted = new double[order.Length];
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * sorted[rank]));
            adjusted[order[rank]] = largest;
        }

        return [.. adjusted];
    }
}
