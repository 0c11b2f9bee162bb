using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Guarding;

/// <summary>The wall clocks that a user may be looking at; a limit must hold on each.</summary>
readonly struct Readings
{
    readonly TimeZoneInfo zone;
    readonly TimeZoneInfo? earlier;
    readonly Instant settles;

    public Readings(UserZone user, Instant at)
    {
        zone = LocalTime.Zone(user.Id);
        // A zone that was once accepted but that the time-zone data no longer know gives no second reading.
        earlier = user.EarlierAt(at) is { } id && id != user.Id && LocalTime.TryZone(id, out var before) ? before : null;
        settles = user.AsOf + UserZone.ChangeSettles;
        Margin = user.Source == UserZone.Workspace ? UserZone.WorkspaceMargin : TimeSpan.Zero;
    }

    public TimeSpan Margin { get; }

    public int Count => earlier is null ? 1 : 2;

    public TimeZoneInfo this[int index] => index == 0 ? zone : earlier!;

    /// <summary>When a reading stops to count: that of an earlier zone does once the change has settled.</summary>
    public Instant Until(int index) => index == 0 ? Instant.Latest : settles;

    /// <summary>Shifts of the wall clock that a margin allows: the day or week may begin that much sooner or later.</summary>
    public int Shifts => Margin == TimeSpan.Zero ? 1 : 3;

    public TimeSpan Shift(int index) => index switch { 0 => TimeSpan.Zero, 1 => -Margin, _ => Margin };

    /// <summary>The local day or week around a moment, on one clock and shift.</summary>
    public (Instant From, Instant To) Period(Instant at, int reading, int shift, bool week)
    {
        var by = Shift(shift);
        var date = DateOnly.FromDateTime(LocalTime.Of(at - by, this[reading]));
        var from = week ? LocalTime.Monday(date) : date;
        return (LocalTime.StartOf(from, this[reading]) + by, LocalTime.StartOf(from.AddDays(week ? 7 : 1), this[reading]) + by);
    }
}
