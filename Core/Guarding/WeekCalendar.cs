using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>What an hour of a wall clock is for a channel.</summary>
public enum HourState
{
    /// <summary>Something may go during all of it.</summary>
    Open,

    /// <summary>Part of it is quiet or black.</summary>
    Partly,

    /// <summary>Quiet hours during all of it.</summary>
    Quiet,

    /// <summary>A blackout during all of it.</summary>
    Blackout,

    /// <summary>The clock skips it.</summary>
    Skipped,
}

/// <summary>A day of a calendar.</summary>
/// <param name="Date">Local date.</param>
/// <param name="Hours">Its 24 hours; a repeated one is open only if both are.</param>
public sealed record CalendarDay(DateOnly Date, ImmutableArray<HourState> Hours);

/// <summary>When a channel may speak to a user, hour by hour of his own wall clock.</summary>
public static class WeekCalendar
{
    const int StepMinutes = 15;

    /// <summary>Seven local days from the one of a moment.</summary>
    /// <param name="rails">Limits that all hold.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="zone">Where the user is; where that is not sure, the stricter reading counts, as in a check.</param>
    /// <param name="at">A moment of the first day.</param>
    public static ImmutableArray<CalendarDay> Of(ReadOnlySpan<Guardrails> rails, string channel, UserZone zone, Instant at)
    {
        var quiet = ImmutableArray<QuietHours>.Empty;
        var blackouts = ImmutableArray<Blackout>.Empty;
        foreach (var one in rails)
        {
            quiet = quiet.AddRange(one.Quiet);
            blackouts = blackouts.AddRange(one.Blackouts);
        }

        var clock = LocalTime.Zone(zone.Id);
        var first = DateOnly.FromDateTime(LocalTime.Of(at, clock));
        var seen = new (int Open, int Quiet, int Black)[7 * 24];
        var end = LocalTime.StartOf(first.AddDays(7), clock);
        for (var moment = LocalTime.StartOf(first, clock); moment < end; moment += TimeSpan.FromMinutes(StepMinutes))
        {
            var local = LocalTime.Of(moment, clock);
            var day = DateOnly.FromDateTime(local).DayNumber - first.DayNumber;
            if (day is < 0 or > 6)
            {
                continue;
            }

            ref var hour = ref seen[(day * 24) + local.Hour];
            if (Quiet.IsBlack(moment, blackouts, channel))
            {
                hour.Black++;
            }
            else if (Quiet.IsQuiet(moment, zone, quiet, channel))
            {
                hour.Quiet++;
            }
            else
            {
                hour.Open++;
            }
        }

        return [.. Enumerable.Range(0, 7).Select(day => new CalendarDay(first.AddDays(day), [.. seen.AsSpan(day * 24, 24).ToArray().Select(State)]))];
    }

    static HourState State((int Open, int Quiet, int Black) hour) => hour switch
    {
        (0, 0, 0) => HourState.Skipped,
        (_, 0, 0) => HourState.Open,
        (0, 0, _) => HourState.Blackout,
        (0, _, _) => HourState.Quiet,
        _ => HourState.Partly,
    };
}
