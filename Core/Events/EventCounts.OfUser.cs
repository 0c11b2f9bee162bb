using System.Runtime.InteropServices;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <content>Counting one user's events: labels are exact because a user's events live in one agent.</content>
public sealed partial class EventCounts
{
    const long DayMilliseconds = 86_400_000;

    /// <summary>Counts a user's mature occurrences; see the overload with a <see cref="CountingUnit"/>.</summary>
    public static EventCounts OfUser(ReadOnlySpan<UserEvent> sorted, IReadOnlySet<string> goals, TimeSpan tau, Instant from, Instant watermark) =>
        OfUser(sorted, goals, tau, from, watermark, CountingUnit.Occurrence);

    /// <summary>
    /// Counts what is mature: t ≥ <paramref name="from"/> and t + τ ≤ <paramref name="watermark"/> (for user-days: the whole day, and its end + τ).
    /// Not earlier, even if a goal was already seen: counting positives early would bias every weight up. An occurrence never labels itself;
    /// another goal in the same millisecond does. An id counts once. O(n).
    /// </summary>
    /// <param name="sorted">The user's events in <see cref="UserEvent.Order"/>, from <paramref name="from"/> to <paramref name="watermark"/> at least.</param>
    /// <param name="goals">Types that are goals.</param>
    /// <param name="tau">τ &gt; 0: how long after an event a goal is looked for.</param>
    /// <param name="from">First moment not counted before; see <see cref="NextFrom"/>.</param>
    /// <param name="watermark">Moment up to which the user's events are believed complete.</param>
    /// <param name="unit">What one count is.</param>
    /// <exception cref="ArgumentException">The events are not sorted by time, or τ is not positive.</exception>
    public static EventCounts OfUser(ReadOnlySpan<UserEvent> sorted, IReadOnlySet<string> goals, TimeSpan tau, Instant from, Instant watermark, CountingUnit unit)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tau, TimeSpan.Zero);
        var once = Distinct(sorted);
        return unit switch
        {
            CountingUnit.Occurrence => Occurrences(once, goals, tau, from, watermark),
            CountingUnit.UserDay => UserDays(once, goals, tau, from, watermark),
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "unit must be Occurrence or UserDay."),
        };
    }

    /// <summary>The first moment that counting up to a watermark has left out: pass it as <c>from</c> the next time, so that nothing counts twice.</summary>
    public static Instant NextFrom(TimeSpan tau, Instant watermark, CountingUnit unit) =>
        unit == CountingUnit.UserDay ? StartOfDay((watermark - tau).UtcDay) : new((watermark - tau).UnixMilliseconds + 1);

    static ReadOnlySpan<UserEvent> Distinct(ReadOnlySpan<UserEvent> sorted)
    {
        var seen = new HashSet<ulong>(sorted.Length);
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].At < sorted[i - 1].At)
            {
                throw new ArgumentException($"Events must be sorted by time; number {i} at {sorted[i].At} comes after {sorted[i - 1].At}.", nameof(sorted));
            }

            seen.Add(sorted[i].Id);
        }

        return seen.Count == sorted.Length ? sorted : WithoutRepeats(sorted);
    }

    static UserEvent[] WithoutRepeats(ReadOnlySpan<UserEvent> sorted)
    {
        var seen = new HashSet<ulong>(sorted.Length);
        var once = new List<UserEvent>(sorted.Length);
        foreach (ref readonly var one in sorted)
        {
            if (seen.Add(one.Id))
            {
                once.Add(one);
            }
        }

        return [.. once];
    }

    static EventCounts Occurrences(ReadOnlySpan<UserEvent> events, IReadOnlySet<string> goals, TimeSpan tau, Instant from, Instant watermark)
    {
        var isGoal = Marks(events, goals);
        var table = new Dictionary<string, EventCount>(StringComparer.Ordinal);
        int first = 0, end = 0, goalsAhead = 0;
        for (var i = 0; i < events.Length; i++)
        {
            var at = events[i].At;
            // goalsAhead counts the goals with t ≤ t_j < t + τ; both ends only move forward.
            for (var limit = at + tau; end < events.Length && events[end].At < limit; end++)
            {
                goalsAhead += isGoal[end] ? 1 : 0;
            }

            for (; events[first].At < at; first++)
            {
                goalsAhead -= isGoal[first] ? 1 : 0;
            }

            if (at >= from && at + tau <= watermark)
            {
                Increment(table, events[i].Type, goalsAhead - (isGoal[i] ? 1 : 0) > 0);
            }
        }

        return new(table);
    }

    static EventCounts UserDays(ReadOnlySpan<UserEvent> events, IReadOnlySet<string> goals, TimeSpan tau, Instant from, Instant watermark)
    {
        var table = new Dictionary<string, EventCount>(StringComparer.Ordinal);
        var totals = default(EventCount);
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0, next; i < events.Length; i = next)
        {
            var day = events[i].At.UtcDay;
            types.Clear();
            for (next = i; next < events.Length && events[next].At.UtcDay == day; next++)
            {
                types.Add(events[next].Type);
            }

            var end = StartOfDay(day + 1);
            if (StartOfDay(day) < from || end + tau > watermark)
            {
                continue;
            }

            var goal = AnyGoal(events[next..], goals, end + tau);
            totals += One(goal);
            foreach (var type in types)
            {
                Increment(table, type, goal);
            }
        }

        return new(table, totals);
    }

    static bool[] Marks(ReadOnlySpan<UserEvent> events, IReadOnlySet<string> goals)
    {
        var marks = new bool[events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            marks[i] = goals.Contains(events[i].Type);
        }

        return marks;
    }

    static bool AnyGoal(ReadOnlySpan<UserEvent> events, IReadOnlySet<string> goals, Instant before)
    {
        foreach (ref readonly var one in events)
        {
            if (one.At >= before)
            {
                return false;
            }

            if (goals.Contains(one.Type))
            {
                return true;
            }
        }

        return false;
    }

    static void Increment(Dictionary<string, EventCount> table, string type, bool goal)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(table, type, out _);
        count += One(goal);
    }

    static EventCount One(bool goal) => goal ? new(1, 0) : new(0, 1);

    static Instant StartOfDay(int day) => new(day * DayMilliseconds);
}
