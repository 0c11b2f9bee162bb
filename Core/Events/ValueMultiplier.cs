namespace Aampe.Agents.Core.Events;

/// <summary>How much an event's value raises its weight: m(v) of docs/method.md §2. Monotone, in [1, limit), so it keeps the sign and one large order cannot set the variance.</summary>
public static class ValueMultiplier
{
    /// <summary>m(v) = 1 + (limit − 1)·v / (v + median) for v &gt; 0, else 1.</summary>
    /// <param name="value">Value of the event; null when it has none.</param>
    /// <param name="median">v_50 &gt; 0: the median of positive values of the type; there m is halfway to the limit.</param>
    /// <param name="limit">m_∞ ≥ 1.</param>
    public static double Of(double? value, double median, double limit = 3) =>
        value is { } v and > 0 ? 1 + (limit - 1) * (v / (v + median)) : 1;

    /// <summary>Several attributes of one event multiply; the product stops at the limit.</summary>
    /// <param name="multipliers">Each m(v) ≥ 1; empty gives 1.</param>
    /// <param name="limit">m_∞ ≥ 1.</param>
    public static double Together(ReadOnlySpan<double> multipliers, double limit = 3)
    {
        var product = 1.0;
        foreach (var one in multipliers)
        {
            product *= one;
        }

        return Math.Min(product, limit);
    }
}
