using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Effects;

/// <summary>
/// What a user was like at t_int, from t &lt; t_int only: f1 … f7 of docs/method.md §5. Neighbours are near in these.
/// </summary>
public static class BehaviourFeatures
{
    /// <summary>Number of features.</summary>
    public const int Count = 7;

    const double HourMilliseconds = 3_600_000;

    static readonly double HoursOfSilence = Activity.FourWeeks.TotalHours;

    /// <summary>
    /// Writes f1 = Y_pre; f2 = ln(1 + events in 28 d); f3 = ln(1 + hours since the last event), 28 d at most and if none; f4 = ln(1 + goals in 28 d);
    /// f5, f6 = cosine, sine of the mean local hour over 28 d, (0, 0) if none or if the hours cancel out; f7 = ln(1 + days since first seen).
    /// </summary>
    /// <param name="into">At least <see cref="Count"/> long.</param>
    /// <param name="pre">Y over the pre window, nats.</param>
    /// <param name="fourWeeks">Sums over the 28 whole UTC days before the day of <paramref name="tInt"/>.</param>
    /// <param name="lastEvent">Last event before <paramref name="tInt"/>; null if none is known.</param>
    /// <param name="firstSeen">When the user was first seen; later than <paramref name="tInt"/> counts as 0 days.</param>
    /// <param name="tInt">The intervention.</param>
    public static void Fill(Span<double> into, double pre, in FourWeekCount fourWeeks, Instant? lastEvent, Instant firstSeen, Instant tInt) =>
        Fill(into, pre, fourWeeks, BaselineDays.Most, lastEvent, firstSeen, tInt);

    /// <summary>The same from some of the days, as if all 28 had been like them.</summary>
    internal static void Fill(Span<double> into, double pre, in FourWeekCount some, int days, Instant? lastEvent, Instant firstSeen, Instant tInt)
    {
        var scale = (double)BaselineDays.Most / days;
        into[0] = pre;
        into[1] = Math.Log(1 + scale * some.Events);
        into[2] = Math.Log(1 + Silence(lastEvent, tInt));
        into[3] = Math.Log(1 + scale * some.Goals);
        var length = Math.Sqrt((double)some.Cosine * some.Cosine + (double)some.Sine * some.Sine);
        into[4] = length > 0 ? some.Cosine / length : 0;
        into[5] = length > 0 ? some.Sine / length : 0;
        into[6] = Math.Log(1 + Math.Max(0, tInt.UnixMilliseconds - firstSeen.UnixMilliseconds) / (24 * HourMilliseconds));
    }

    static double Silence(Instant? lastEvent, Instant tInt) => lastEvent is { } last
        ? Math.Clamp((tInt.UnixMilliseconds - last.UnixMilliseconds) / HourMilliseconds, 0, HoursOfSilence)
        : HoursOfSilence;
}
