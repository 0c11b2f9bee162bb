using System.Globalization;

namespace Aampe.Agents.Core.Time;

/// <summary>A moment on the time line: whole milliseconds since 1970-01-01 UTC. Windows compare these as integers.</summary>
/// <param name="UnixMilliseconds">Milliseconds since 1970-01-01T00:00:00Z; negative before.</param>
public readonly record struct Instant(long UnixMilliseconds) : IComparable<Instant>
{
    /// <summary>The earliest moment; stands for "never yet".</summary>
    public static Instant Earliest { get; } = new(-62_135_596_800_000);

    /// <summary>The latest moment; stands for "not planned".</summary>
    public static Instant Latest { get; } = new(253_402_300_799_999);

    /// <summary>The moment of a <see cref="DateTimeOffset"/>, cut to milliseconds.</summary>
    public static Instant From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    /// <summary>Days since 1970-01-01 UTC; whole UTC days are the unit of the 28-day counters.</summary>
    public int UtcDay => (int)Math.Floor(UnixMilliseconds / 86_400_000d);

    /// <summary>The same moment as a UTC <see cref="DateTimeOffset"/>.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => UnixMilliseconds.CompareTo(other.UnixMilliseconds);

    /// <summary>RFC 3339 in UTC with milliseconds.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The later of two moments.</summary>
    public static Instant Max(Instant a, Instant b) => a > b ? a : b;

    /// <summary>The earlier of two moments.</summary>
    public static Instant Min(Instant a, Instant b) => a < b ? a : b;

    /// <summary>Moves a moment by a span, cut to milliseconds.</summary>
    public static Instant operator +(Instant at, TimeSpan by) => new(at.UnixMilliseconds + (long)by.TotalMilliseconds);

    /// <summary>Moves a moment back by a span, cut to milliseconds.</summary>
    public static Instant operator -(Instant at, TimeSpan by) => new(at.UnixMilliseconds - (long)by.TotalMilliseconds);

    /// <summary>The span from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static TimeSpan operator -(Instant to, Instant from) => TimeSpan.FromMilliseconds(to.UnixMilliseconds - from.UnixMilliseconds);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Instant a, Instant b) => a.UnixMilliseconds < b.UnixMilliseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(Instant a, Instant b) => a.UnixMilliseconds > b.UnixMilliseconds;

    /// <summary>Earlier than or equal.</summary>
    public static bool operator <=(Instant a, Instant b) => a.UnixMilliseconds <= b.UnixMilliseconds;

    /// <summary>Later than or equal.</summary>
    public static bool operator >=(Instant a, Instant b) => a.UnixMilliseconds >= b.UnixMilliseconds;
}
