using System.Collections.Immutable;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>
/// Quiet hours on the wall clock of the user at the moment of the hand-over (R15). A window runs from the first reading of its start to the
/// last reading of its end, so a repeated hour is quiet if either reading is; an end that the clock skips moves forward. Every reading of an
/// uncertain zone must be out of the window.
/// </summary>
public static class Quiet
{
    /// <summary>Whether a channel must be silent.</summary>
    public static bool IsQuiet(Instant at, UserZone zone, ImmutableArray<QuietHours> windows, string channel)
    {
        var readings = new Readings(zone, at);
        foreach (var window in windows)
        {
            if (Applies(window, channel) && IsQuiet(at, readings, window))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The earliest moment, at or after <paramref name="at"/>, at which a channel may speak; null when it never may.</summary>
    public static Instant? NextAllowed(Instant at, UserZone zone, ImmutableArray<QuietHours> windows, string channel)
    {
        var next = NextAllowed(at, new Readings(zone, at), windows, channel);
        var settled = zone.AsOf + UserZone.ChangeSettles;
        // Behind that moment the earlier zone counts no longer, so a search that ran past it asked too much.
        return zone.EarlierAt(at) is null || next <= settled ? next : NextAllowed(settled, new Readings(zone, settled), windows, channel);
    }

    static Instant? NextAllowed(Instant at, Readings readings, ImmutableArray<QuietHours> windows, string channel)
    {
        var next = at;
        // Each round leaves one window; windows that cover the day between them lead round for ever.
        for (var round = 0; round < 8 * (windows.Length + 1); round++)
        {
            var before = next;
            foreach (var window in windows)
            {
                if (!Applies(window, channel) || !IsQuiet(next, readings, window))
                {
                    continue;
                }

                if (EndAfter(next, readings, window) is not { } end)
                {
                    return null;
                }

                next = end;
            }

            if (next == before)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>
    /// The earliest moment, at or after <paramref name="at"/>, at which no window and no blackout of any of some limits stops a channel; null when there is none
    /// before <see cref="LookAhead"/> has passed.
    /// </summary>
    public static Instant? NextOpen(Instant at, UserZone zone, ReadOnlySpan<Guardrails> rails, string channel)
    {
        ImmutableArray<QuietHours> windows = [];
        ImmutableArray<Blackout> blackouts = [];
        foreach (var one in rails)
        {
            windows = windows.AddRange(one.Quiet);
            blackouts = blackouts.AddRange(one.Blackouts);
        }

        var next = at;
        while (next < at + LookAhead)
        {
            if (NextAllowed(next, zone, windows, channel) is not { } allowed)
            {
                return null;
            }

            next = allowed;
            foreach (var blackout in blackouts)
            {
                next = (blackout.Channel is null || blackout.Channel == channel) && Covers(blackout, next) ? blackout.To : next;
            }

            if (next == allowed)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>How far <see cref="NextOpen"/> looks: 400 d.</summary>
    public static readonly TimeSpan LookAhead = TimeSpan.FromDays(400);

    /// <summary>Whether any blackout silences a channel at a moment.</summary>
    public static bool IsBlack(Instant at, ImmutableArray<Blackout> blackouts, string channel)
    {
        foreach (var blackout in blackouts)
        {
            if ((blackout.Channel is null || blackout.Channel == channel) && Covers(blackout, at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a moment lies in a blackout.</summary>
    public static bool Covers(Blackout blackout, Instant at)
    {
        ArgumentNullException.ThrowIfNull(blackout);
        return at >= blackout.From && at < blackout.To;
    }

    /// <summary>What one window says.</summary>
    internal static GuardrailVerdict Check(Instant at, UserZone zone, QuietHours window, string channel)
    {
        var quiet = Applies(window, channel) && IsQuiet(at, new Readings(zone, at), window);
        return new GuardrailVerdict(window.Id, HoldReason.QuietHours, !quiet, null, null, quiet ? NextAllowed(at, zone, [window], channel) : null);
    }

    static bool Applies(QuietHours window, string channel)
    {
        foreach (var spared in window.ExceptChannels)
        {
            if (spared == channel)
            {
                return false;
            }
        }

        return true;
    }

    static bool IsQuiet(Instant at, Readings readings, QuietHours window)
    {
        for (var i = 0; i < readings.Count; i++)
        {
            if (SpanAround(at, readings[i], readings.Margin, window) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The latest end of the spans around a moment; null when a window has none.</summary>
    static Instant? EndAfter(Instant at, Readings readings, QuietHours window)
    {
        var end = at;
        for (var i = 0; i < readings.Count; i++)
        {
            if (SpanAround(at, readings[i], readings.Margin, window) is { } span)
            {
                if (span == Instant.Latest)
                {
                    return null;
                }

                end = Instant.Max(end, span);
            }
        }

        return end;
    }

    /// <summary>End of the quiet span in which a moment lies on one clock; <see cref="Instant.Latest"/> for a window without end; null outside.</summary>
    static Instant? SpanAround(Instant at, TimeZoneInfo zone, TimeSpan margin, QuietHours window)
    {
        var length = window.To - window.From;
        if (window.IsDaily && (window.From == window.To || length + (2 * margin) >= TimeSpan.FromDays(1)))
        {
            return Instant.Latest;
        }

        var today = DateOnly.FromDateTime(LocalTime.Of(at, zone));
        Instant? end = null;
        // With its margins a whole day reaches into the second day after it began.
        for (var day = window.IsDaily ? -1 : -2; day <= 1; day++)
        {
            if (!window.Begins(today.AddDays(day).DayOfWeek))
            {
                continue;
            }

            var from = StartOf(today.AddDays(day), zone, window) - margin;
            var to = LocalTime.MomentsOf(today.AddDays(window.From < window.To ? day : day + 1).ToDateTime(window.To), zone).Last + margin;
            if (at >= from && at < to)
            {
                end = end is { } sooner ? Instant.Max(sooner, to) : to;
            }
        }

        return end;
    }

    static Instant StartOf(DateOnly date, TimeZoneInfo zone, QuietHours window)
    {
        var start = date.ToDateTime(window.From);
        var moment = LocalTime.MomentsOf(start, zone).First;
        var skipped = LocalTime.Of(moment, zone) - start;
        return skipped == TimeSpan.Zero ? moment : FirstShowing(start, moment - skipped, moment, zone);
    }

    /// <summary>A start that the clock skips is quiet from the first moment that shows a later time, not only when the skipped span has passed again.</summary>
    static Instant FirstShowing(DateTime start, Instant before, Instant after, TimeZoneInfo zone)
    {
        var (low, high) = (before.UnixMilliseconds, after.UnixMilliseconds);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = LocalTime.Of(new Instant(middle), zone) >= start ? (low, middle) : (middle, high);
        }

        return new Instant(high);
    }
}
