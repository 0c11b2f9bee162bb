using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// The events of the last weeks, sorted by time and id, bounded in age and number, beside counters of whole days.
/// What falls out of the ring stays in the log and in the counters; <see cref="CompleteSince"/> says from when on nothing is missing.
/// </summary>
public sealed record AgentHistory
{
    /// <summary>Most events kept.</summary>
    public const int Limit = 1_024;

    /// <summary>Age at which an event leaves: self-controls reach 28 days and a window back (method §5).</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(42);

    /// <summary>Nothing yet.</summary>
    public static AgentHistory Empty { get; } = new();

    /// <summary>Events in order of (time, id).</summary>
    public ImmutableArray<UserEvent> Events { get; init; } = [];

    /// <summary>From this moment on no event is missing from <see cref="Events"/>.</summary>
    public Instant CompleteSince { get; init; } = Instant.Earliest;

    /// <summary>Counters of whole UTC days.</summary>
    public DayCounters Days { get; init; } = DayCounters.Empty;

    /// <summary>The history after more events came.</summary>
    /// <param name="arrived">New events in any order; none of them is in the history yet. Sorted when it returns.</param>
    /// <param name="now">Moment of the arrival; older than <see cref="Span"/> before it goes.</param>
    public AgentHistory With(List<UserEvent> arrived, Instant now)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        if (arrived.Count == 0)
        {
            return this;
        }

        var oldest = now - Span;
        // Stable on (time, id): the order in which events arrived never shows in the sum (method, conventions).
        arrived.Sort(UserEvent.Order);
        var all = Joined(Events.AsSpan(), CollectionsMarshal.AsSpan(arrived));
        var complete = CompleteSince;
        var first = 0;
        while (first < all.Length && all[first].At < oldest)
        {
            first++;
        }

        if (first > 0)
        {
            complete = Instant.Max(complete, oldest);
        }

        if (all.Length - first > Limit)
        {
            first = all.Length - Limit;
            complete = Instant.Max(complete, all[first - 1].At + TimeSpan.FromMilliseconds(1));
        }

        return this with { Events = ImmutableCollectionsMarshal.AsImmutableArray(first == 0 ? all : all[first..]), CompleteSince = complete };
    }

    /// <summary>Events in [from, to), still in order.</summary>
    public ReadOnlySpan<UserEvent> Between(Instant from, Instant to)
    {
        var start = FirstAtOrAfter(from);
        var end = FirstAtOrAfter(to);
        return Events.AsSpan()[start..Math.Max(start, end)];
    }

    /// <summary>The last event before a moment; null when there is none in the ring.</summary>
    public Instant? LastBefore(Instant at)
    {
        var end = FirstAtOrAfter(at);
        return end == 0 ? null : Events[end - 1].At;
    }

    // New events mostly come after all that are kept.
    static UserEvent[] Joined(ReadOnlySpan<UserEvent> kept, ReadOnlySpan<UserEvent> arrived)
    {
        var all = new UserEvent[kept.Length + arrived.Length];
        var (left, right) = (kept.Length, arrived.Length);
        while (right > 0 && left > 0)
        {
            all[left + right - 1] = UserEvent.Order.Compare(kept[left - 1], arrived[right - 1]) > 0 ? kept[--left] : arrived[--right];
        }

        kept[..left].CopyTo(all);
        arrived[..right].CopyTo(all);
        return all;
    }

    int FirstAtOrAfter(Instant at)
    {
        int low = 0, high = Events.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Events[middle].At < at)
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
