using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <summary>The time an event is taken to have occurred (docs/method.md §1).</summary>
/// <param name="At">The time used from here on.</param>
/// <param name="Skewed">True when the phone's clock ran ahead and the time of receipt was taken instead.</param>
public readonly record struct OccurrenceTime(Instant At, bool Skewed)
{
    /// <summary>How far a device's clock may run ahead of ours before it is not believed: 5 min.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Takes the device's time unless it lies more than <see cref="Tolerance"/> after the time of receipt: a wrong clock must not put events in the future.</summary>
    /// <param name="occurred">Time the device gave.</param>
    /// <param name="received">Time the event reached us.</param>
    public static OccurrenceTime Settle(Instant occurred, Instant received) =>
        occurred > received + Tolerance ? new(received, true) : new(occurred, false);
}
