using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Events;

/// <summary>Something a user did: one element of the set D_u (docs/method.md §1). Message telemetry is never one.</summary>
/// <param name="Id">64-bit hash of the message id; an id that is seen twice counts once.</param>
/// <param name="Type">Name of the event, case-sensitive.</param>
/// <param name="At">When it occurred, after <see cref="OccurrenceTime.Settle"/>.</param>
/// <param name="Value">Metadata that weighs the event (order value in the program's currency, dwell seconds); finite, or null when the event has none.</param>
public readonly record struct UserEvent(ulong Id, string Type, Instant At, double? Value)
{
    /// <summary>The order of every sum: by time, then by id, so that a replay gives the same bits.</summary>
    public static IComparer<UserEvent> Order { get; } = Comparer<UserEvent>.Create(static (a, b) =>
        a.At.CompareTo(b.At) is var byTime and not 0 ? byTime : a.Id.CompareTo(b.Id));

    /// <summary>Metadata that weighs the event; finite, or null when the event has none.</summary>
    public double? Value { get; init; } = Value is { } value ? Require.Finite(value, nameof(Value)) : null;
}
