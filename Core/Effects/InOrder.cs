using System.Collections.Immutable;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>Checks once that a user's times ascend, because every window is found by binary search.</summary>
static class InOrder
{
    public static ReadOnlyMemory<WeightedEvent> Checked(ReadOnlyMemory<WeightedEvent> events, string name)
    {
        var span = events.Span;
        for (var i = 1; i < span.Length; i++)
        {
            if (span[i].At < span[i - 1].At)
            {
                throw new ArgumentException($"{name} must ascend in time; number {i} at {span[i].At} comes after {span[i - 1].At}.", name);
            }
        }

        return events;
    }

    public static ImmutableArray<Instant> Checked(ImmutableArray<Instant> times, string name)
    {
        if (times.IsDefault)
        {
            return [];
        }

        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
            {
                throw new ArgumentException($"{name} must ascend in time; number {i} at {times[i]} comes after {times[i - 1]}.", name);
            }
        }

        return times;
    }

    /// <summary>Index of the first time at or after a moment.</summary>
    public static int FirstAtOrAfter(ImmutableArray<Instant> ascending, Instant at)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ascending[middle] < at)
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

    /// <summary>Whether any of the times lies in [from, to).</summary>
    public static bool AnyWithin(ImmutableArray<Instant> ascending, Instant from, Instant to) =>
        !ascending.IsEmpty && FirstAtOrAfter(ascending, from) is var first && first < ascending.Length && ascending[first] < to;
}
