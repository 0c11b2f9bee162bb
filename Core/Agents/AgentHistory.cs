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

    /// <summary>Most new events that are kept beside the others: a slice copies no more than these.</summary>
    const int MostFresh = 32;

    // Swapped as a whole when somebody asks for all events as one array; what they hold never changes.
    Parts parts = new([], 0, []);

    /// <summary>Events in order of (time, id).</summary>
    public ImmutableArray<UserEvent> Events
    {
        get => ImmutableCollectionsMarshal.AsImmutableArray(Whole());
        init => parts = new([.. value], 0, []);
    }

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

        // Stable on (time, id): the order in which events arrived never shows in the sum (method, conventions).
        arrived.Sort(UserEvent.Order);
        var next = parts.With(CollectionsMarshal.AsSpan(arrived));
        var oldest = now - Span;
        var complete = CompleteSince;
        var gone = 0;
        while (gone < next.Count && next[gone].At < oldest)
        {
            gone++;
        }

        if (gone > 0)
        {
            complete = Instant.Max(complete, oldest);
        }

        if (next.Count - gone > Limit)
        {
            gone = next.Count - Limit;
            complete = Instant.Max(complete, next[gone - 1].At + TimeSpan.FromMilliseconds(1));
        }

        return this with { parts = next.Without(gone), CompleteSince = complete };
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

    UserEvent[] Whole()
    {
        var now = parts;
        if (now.First > 0 || now.Fresh.Length > 0)
        {
            parts = now = new Parts([.. now.Kept.AsSpan(now.First), .. now.Fresh], 0, []);
        }

        return now.Kept;
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

    /// <summary>Two sorted runs, of which only the second, short one is copied when events come, as they mostly do, after all that are kept.</summary>
    sealed record Parts(UserEvent[] Kept, int First, UserEvent[] Fresh)
    {
        public int Count => Kept.Length - First + Fresh.Length;

        public UserEvent this[int at] => First + at < Kept.Length ? Kept[First + at] : Fresh[First + at - Kept.Length];

        public Parts With(ReadOnlySpan<UserEvent> arrived)
        {
            var fresh = Joined(Fresh, arrived);
            return fresh.Length <= MostFresh && (First == Kept.Length || UserEvent.Order.Compare(Kept[^1], fresh[0]) <= 0)
                ? this with { Fresh = fresh }
                : new Parts(Joined(Kept.AsSpan(First), fresh), 0, []);
        }

        public Parts Without(int oldest) =>
            oldest == 0 ? this : First + oldest <= Kept.Length ? this with { First = First + oldest } : new Parts(Fresh[(First + oldest - Kept.Length)..], 0, []);

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
    }
}
