using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// The 28-day features' memory: counts by whole UTC day, kept although the events themselves may be gone (docs/method.md §5, bounded history).
/// Immutable. Adding the same events in any order gives equal counters.
/// </summary>
public sealed record DayCounters
{
    const double Scale = 10_000;

    /// <summary>Counters from their stored days.</summary>
    /// <param name="days">Ascending by day, each day once.</param>
    /// <exception cref="ArgumentException">Days are not ascending, or a count is negative.</exception>
    public DayCounters(ImmutableArray<DayCount> days)
    {
        Days = days.IsDefault ? [] : days;
        for (var i = 0; i < Days.Length; i++)
        {
            if ((i > 0 && Days[i].Day <= Days[i - 1].Day) || Days[i].Events < 0 || Days[i].Goals < 0)
            {
                throw new ArgumentException($"Day counts must be ascending by day, each day once, counts ≥ 0; number {i} was {Days[i]}.", nameof(days));
            }
        }
    }

    /// <summary>Counters of a user who did nothing yet.</summary>
    public static DayCounters Empty { get; } = new([]);

    /// <summary>The days with anything on them, ascending.</summary>
    public ImmutableArray<DayCount> Days { get; }

    /// <summary>The counters with one event more.</summary>
    /// <param name="e">The event; its UTC day is what counts.</param>
    /// <param name="isGoal">Whether it is a goal of the program.</param>
    /// <param name="localHour">Hour of the day in the user's zone, with its fraction; 0 ≤ hour &lt; 24.</param>
    public DayCounters Add(in UserEvent e, bool isGoal, double localHour) => Add([CountOf(e, isGoal, localHour)]);

    /// <summary>What one event adds to its day.</summary>
    /// <param name="e">The event; its UTC day is what counts.</param>
    /// <param name="isGoal">Whether it is a goal of the program.</param>
    /// <param name="localHour">Hour of the day in the user's zone, with its fraction; 0 ≤ hour &lt; 24.</param>
    internal static DayCount CountOf(in UserEvent e, bool isGoal, double localHour)
    {
        var angle = Require.Between(localHour, 0, 24) * (Math.Tau / 24);
        return new DayCount(e.At.UtcDay, 1, isGoal ? 1 : 0, (int)Math.Round(Scale * Math.Cos(angle)), (int)Math.Round(Scale * Math.Sin(angle)));
    }

    /// <summary>The counters with more counts.</summary>
    /// <param name="more">Counts in any order, several of one day too.</param>
    internal DayCounters Add(ReadOnlySpan<DayCount> more)
    {
        var fresh = 0;
        foreach (ref readonly var one in more)
        {
            fresh += PlaceOf(one.Day) < 0 ? 1 : 0;
        }

        // As long as if each of them brought a day of its own; cut where some share one.
        var (days, length) = (new DayCount[Days.Length + fresh], Days.Length);
        Days.CopyTo(days);
        foreach (ref readonly var one in more)
        {
            var at = length;
            while (at > 0 && days[at - 1].Day >= one.Day)
            {
                at--;
            }

            if (at < length && days[at].Day == one.Day)
            {
                days[at] = Sum(days[at], one);
                continue;
            }

            days.AsSpan(at, length - at).CopyTo(days.AsSpan(at + 1));
            days[at] = one;
            length++;
        }

        return new(ImmutableCollectionsMarshal.AsImmutableArray(length == days.Length ? days : days[..length]));
    }

    int PlaceOf(int day)
    {
        for (var at = Days.Length - 1; at >= 0 && Days[at].Day >= day; at--)
        {
            if (Days[at].Day == day)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Counters that hold what either holds: of two histories of one user that join. Events must not be in both.</summary>
    public DayCounters Merge(DayCounters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var days = ImmutableArray.CreateBuilder<DayCount>(Days.Length + other.Days.Length);
        for (int i = 0, j = 0; i < Days.Length || j < other.Days.Length;)
        {
            var mine = i < Days.Length ? Days[i].Day : int.MaxValue;
            var theirs = j < other.Days.Length ? other.Days[j].Day : int.MaxValue;
            days.Add(mine < theirs ? Days[i++] : theirs < mine ? other.Days[j++] : Sum(Days[i++], other.Days[j++]));
        }

        return new(days.ToImmutable());
    }

    /// <summary>
    /// The counters without whole UTC days that end at or before a moment. Features at t_int need the 28 days before it and are read at maturity:
    /// keep at least 28 d + t_Δ + grace + 1 d before now, and another 28 d where own weeks serve as controls.
    /// </summary>
    public DayCounters Trim(Instant before)
    {
        var gone = 0;
        while (gone < Days.Length && Days[gone].Day < before.UtcDay)
        {
            gone++;
        }

        return gone == 0 ? this : new(Days.RemoveRange(0, gone));
    }

    /// <summary>
    /// Sums over the 28 whole UTC days before the day of <paramref name="at"/>. The day of <paramref name="at"/> itself is left out: read later, its counter
    /// also holds what came after <paramref name="at"/>, and features may know nothing of that.
    /// </summary>
    public FourWeekCount Sum28(Instant at) => Sum(BaselineDays.Before(at));

    /// <summary>Sums over some of the 28 days before an intervention.</summary>
    public FourWeekCount Sum(BaselineDays wanted)
    {
        var days = Days.AsSpan();
        long events = 0, goals = 0, cosine = 0, sine = 0;
        for (var i = days.Length - 1; i >= 0 && days[i].Day >= wanted.End - BaselineDays.Most; i--)
        {
            ref readonly var day = ref days[i];
            if (!wanted.Contains(day.Day))
            {
                continue;
            }

            events += day.Events;
            goals += day.Goals;
            cosine += day.Cosine;
            sine += day.Sine;
        }

        return new(events, goals, cosine, sine);
    }

    /// <summary>The last UTC day before the day of a moment with any event on it; null when none is kept.</summary>
    public int? LastDayBefore(Instant at)
    {
        var end = at.UtcDay;
        for (var i = Days.Length - 1; i >= 0; i--)
        {
            if (Days[i].Day < end && Days[i].Events > 0)
            {
                return Days[i].Day;
            }
        }

        return null;
    }

    /// <summary>Same days, same counts.</summary>
    public bool Equals(DayCounters? other) => other is not null && Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Days.Length, Days.Length == 0 ? default : Days[^1]);

    static DayCount Sum(DayCount a, DayCount b) =>
        new(a.Day, a.Events + b.Events, a.Goals + b.Goals, a.Cosine + b.Cosine, a.Sine + b.Sine);
}
