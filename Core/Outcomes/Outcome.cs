using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Outcomes;

/// <summary>
/// What a user did over a window, in nats: Y = Σ w_e·m(v)·w_t (equation 1; docs/method.md §4). No event gives 0, and that is an observation.
/// </summary>
/// <param name="Value">Y in nats.</param>
/// <param name="EventCount">Number of events in the window whose type is in the weights table.</param>
public readonly record struct Outcome(double Value, int EventCount)
{
    /// <summary>Y over a window with decay from the intervention, summed in the order of the events.</summary>
    /// <param name="sorted">Events by time, each id once.</param>
    /// <param name="window">Which events count; half-open.</param>
    /// <param name="tInt">The intervention; distance counts on both sides of it.</param>
    /// <param name="halfLife">How fast an event counts for less.</param>
    public static Outcome Measure(ReadOnlySpan<WeightedEvent> sorted, Window window, Instant tInt, HalfLife halfLife)
    {
        var from = FirstAtOrAfter(sorted, window.Start);
        var sum = 0.0;
        var i = from;
        for (; i < sorted.Length && sorted[i].At < window.End; i++)
        {
            sum += sorted[i].Weight * halfLife.WeightAt(Math.Abs(sorted[i].At.UnixMilliseconds - tInt.UnixMilliseconds));
        }

        return new(sum, i - from);
    }

    /// <summary>Y over a window without an intervention (dashboards): w_t = 1.</summary>
    public static Outcome Measure(ReadOnlySpan<WeightedEvent> sorted, Window window) =>
        Measure(sorted, window, window.Start, HalfLife.Infinite);

    /// <summary>Mass A of a window that starts or ends at the intervention: the integral of w_t, (h / ln 2)·(1 − 2^(−length / h)). Equal on both sides.</summary>
    /// <param name="halfLife">Infinite gives the length itself.</param>
    /// <param name="length">t_Δ; ≥ 0.</param>
    public static TimeSpan WindowMass(HalfLife halfLife, TimeSpan length) =>
        halfLife.Span is { } span ? span * ((1 - halfLife.WeightAt(length)) / HalfLife.LogTwo) : length;

    /// <summary>Index of the first event at or after a moment; the number of events when there is none.</summary>
    internal static int FirstAtOrAfter(ReadOnlySpan<WeightedEvent> sorted, Instant at)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle].At < at)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
