using System.Collections.Immutable;

namespace Aampe.Agents.Core.Effects;

/// <summary>Binarisation of an effect (docs/method.md §6). An effect that is not identified is never binarised.</summary>
public static class Success
{
    /// <summary>b ∈ [0, 1] of an effect; fractional only under <see cref="Threshold.PlaceboRank"/>.</summary>
    /// <param name="e">The effect.</param>
    /// <param name="threshold">The rule; each comparison is strict. <see cref="Threshold.StandardError"/> asks for one standard error.</param>
    /// <returns>b; null for no update, where the rule needs a variance that is unknown.</returns>
    public static double? Of(Effect.Identified e, Threshold threshold) => Of(e, threshold, 1);

    /// <summary>b by the rule and the z of the options.</summary>
    public static double? Of(Effect.Identified e, EffectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Of(e, options.Threshold, options.StandardErrors);
    }

    static double? Of(Effect.Identified e, Threshold threshold, double z)
    {
        ArgumentNullException.ThrowIfNull(e);
        return threshold switch
        {
            Threshold.Zero => e.Value > 0 && e.Post.EventCount >= 1 ? 1 : 0,
            Threshold.ControlMedian => e.TreatedDifference > Median(e.ControlDifferences) ? 1 : 0,
            Threshold.StandardError => e.StandardError is { } error ? e.Value > z * error ? 1 : 0 : null,
            Threshold.PlaceboRank => Rank(e.TreatedDifference, e.ControlDifferences),
            _ => throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "threshold must be Zero, ControlMedian, StandardError or PlaceboRank."),
        };
    }

    static double Median(ImmutableArray<double> values)
    {
        var sorted = values.Sort();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double Rank(double own, ImmutableArray<double> others)
    {
        var below = 0.0;
        foreach (var other in others)
        {
            below += other < own ? 1 : other == own ? 0.5 : 0;
        }

        return below / others.Length;
    }
}
