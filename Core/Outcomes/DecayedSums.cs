using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Outcomes;

/// <summary>
/// Outcomes of one user at many moments, each in O(log n) after O(n): running sums that decay towards their own event, so the origin moves
/// with every event and nothing overflows (docs/method.md §3, fast evaluation). Agrees with <see cref="Outcome.Measure(ReadOnlySpan{WeightedEvent}, Window, Instant, HalfLife)"/>
/// to 1e-9 of the window's absolute terms and 1e-14 of all the user's weights, since a window is a difference; that direct sum is its oracle.
/// </summary>
public sealed class DecayedSums
{
    readonly WeightedEvent[] events;
    readonly HalfLife halfLife;

    // upTo[i]: events 0 … i seen from event i; from[i]: events i … n − 1 seen from event i.
    readonly double[] upTo;
    readonly double[] from;

    /// <summary>Prepares the sums of one user.</summary>
    /// <param name="sorted">Events by time, each id once.</param>
    /// <param name="halfLife">How fast an event counts for less.</param>
    public DecayedSums(ReadOnlySpan<WeightedEvent> sorted, HalfLife halfLife)
    {
        events = sorted.ToArray();
        this.halfLife = halfLife;
        upTo = new double[events.Length];
        from = new double[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            upTo[i] = events[i].Weight + (i == 0 ? 0 : upTo[i - 1] * Between(i - 1, i));
        }

        for (var i = events.Length - 1; i >= 0; i--)
        {
            from[i] = events[i].Weight + (i == events.Length - 1 ? 0 : from[i + 1] * Between(i, i + 1));
        }
    }

    /// <summary>Y of the windows before and after a moment.</summary>
    /// <param name="tInt">The moment.</param>
    /// <param name="length">Length of each window.</param>
    public (Outcome Pre, Outcome Post) Around(Instant tInt, TimeSpan length)
    {
        var start = Outcome.FirstAtOrAfter(events, tInt - length);
        var middle = Outcome.FirstAtOrAfter(events, tInt);
        var end = Outcome.FirstAtOrAfter(events, tInt + length);
        return (new(Before(start, middle, tInt), middle - start), new(After(middle, end, tInt), end - middle));
    }

    double Before(int start, int end, Instant tInt)
    {
        if (start == end)
        {
            return 0;
        }

        var left = start == 0 ? 0 : upTo[start - 1] * Between(start - 1, end - 1);
        return (upTo[end - 1] - left) * halfLife.WeightAt(tInt.UnixMilliseconds - events[end - 1].At.UnixMilliseconds);
    }

    double After(int start, int end, Instant tInt)
    {
        if (start == end)
        {
            return 0;
        }

        var right = end == events.Length ? 0 : from[end] * Between(start, end);
        return (from[start] - right) * halfLife.WeightAt(events[start].At.UnixMilliseconds - tInt.UnixMilliseconds);
    }

    double Between(int earlier, int later) =>
        halfLife.WeightAt(events[later].At.UnixMilliseconds - events[earlier].At.UnixMilliseconds);
}
