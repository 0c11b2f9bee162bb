using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>
/// Wall clocks of IANA zones, derived whenever needed and never stored as truth. A local time that the clock skips moves forward by what was
/// skipped; one that it shows twice has two readings.
/// </summary>
public static class LocalTime
{
    static readonly ConcurrentDictionary<string, TimeZoneInfo> zones = new(StringComparer.Ordinal);

    /// <summary>Whether an id names a zone.</summary>
    public static bool IsZone(string id) => TryZone(id, out _);

    /// <summary>The zone of an IANA id.</summary>
    /// <exception cref="TimeZoneNotFoundException">The time-zone data know no such zone.</exception>
    public static TimeZoneInfo Zone(string id) => TryZone(id, out var zone)
        ? zone
        : throw new TimeZoneNotFoundException($"\"{id}\" is no time zone; give an IANA id such as Europe/Paris.");

    /// <summary>Whether there is a zone of that id, and which.</summary>
    public static bool TryZone(string id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (zones.TryGetValue(id, out zone))
        {
            return true;
        }

        // Unknown ids stay out of the cache: it never holds more than the zones there are, whatever events claim.
        if (id.Length == 0 || !TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone))
        {
            zone = null;
            return false;
        }

        zone = zones.GetOrAdd(id, zone);
        return true;
    }

    /// <summary>The wall clock of a zone.</summary>
    /// <exception cref="TimeZoneNotFoundException">No such zone.</exception>
    public static DateTime Of(Instant at, string zoneId) => Of(at, Zone(zoneId));

    /// <summary>The wall clock of a zone.</summary>
    public static DateTime Of(Instant at, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var utc = DateTime.UnixEpoch.AddMilliseconds(at.UnixMilliseconds);
        return DateTime.SpecifyKind(utc + zone.GetUtcOffset(utc), DateTimeKind.Unspecified);
    }

    /// <summary>Hour of the local day with its fraction, in [0, 24).</summary>
    public static double HourOf(Instant at, string zoneId) => Of(at, zoneId).TimeOfDay.TotalHours;

    /// <summary>The local calendar day.</summary>
    public static DateOnly DateOf(Instant at, string zoneId) => DateOnly.FromDateTime(Of(at, zoneId));

    /// <summary>The instant of a wall clock. A time that the clock skips moves forward; of a time that comes twice the first is taken.</summary>
    public static Instant At(DateOnly date, TimeOnly time, string zoneId) => MomentsOf(date.ToDateTime(time), Zone(zoneId)).First;

    /// <summary>RFC 3339 with the zone's offset.</summary>
    public static string Text(Instant at, string zoneId) =>
        TimeZoneInfo.ConvertTime(at.ToDateTimeOffset(), Zone(zoneId)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    /// <summary>
    /// The moments at which the wall clock shows a time: the same moment twice on most days, two for a repeated time. A skipped time moves forward:
    /// 02:30 becomes 03:30 where the clock jumps from 2 to 3.
    /// </summary>
    /// <param name="local">Wall clock.</param>
    /// <param name="zone">The zone.</param>
    public static (Instant First, Instant Last) MomentsOf(DateTime local, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var asUtc = DateTime.SpecifyKind(local, DateTimeKind.Utc);
        // A day either way lies beyond the transition that could matter: offsets are at most 14 h, transitions weeks apart.
        var before = zone.GetUtcOffset(asUtc.AddDays(-1));
        var after = zone.GetUtcOffset(asUtc.AddDays(1));
        var byBefore = asUtc - before;
        var byAfter = asUtc - after;
        if (before == after || zone.GetUtcOffset(byAfter) != after)
        {
            // No transition near, before it, or skipped: then the offset before lands as far behind the gap as the time lay inside.
            return (Moment(byBefore), Moment(byBefore));
        }

        return zone.GetUtcOffset(byBefore) == before ? (Moment(byBefore), Moment(byAfter)) : (Moment(byAfter), Moment(byAfter));
    }

    /// <summary>The first moment of a local date: midnight, or the end of what the clock skips there.</summary>
    public static Instant StartOf(DateOnly date, TimeZoneInfo zone) => MomentsOf(date.ToDateTime(TimeOnly.MinValue), zone).First;

    /// <summary>Monday of the week of a date.</summary>
    public static DateOnly Monday(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    static Instant Moment(DateTime utc) => new((utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
}
