using System.Collections.Immutable;

namespace Aampe.Agents.Core.Posteriors;

/// <summary>Discretised state of a user at a decision: the cell whose posteriors are drawn from and whose evidence the effect updates.</summary>
/// <param name="Key">Short key, "active-mid"; the default value has the empty key: no context.</param>
/// <remarks>docs/method.md §8. Evaluated from events before the decision, stored in it, never recomputed.</remarks>
public readonly record struct Context(string Key)
{
    static readonly TimeSpan newFor = TimeSpan.FromDays(7);
    static readonly TimeSpan activeWithin = TimeSpan.FromDays(7);
    static readonly TimeSpan lapsingWithin = TimeSpan.FromDays(28);

    readonly string? key = Key;

    /// <summary>Short key of the cell.</summary>
    public string Key { get => key ?? ""; init => key = value; }

    /// <summary>
    /// All cells that occur: {new, active, lapsing} × {low, mid, high} and lapsed-low, since a user without an event for 28 days
    /// has no other intensity.
    /// </summary>
    public static ImmutableArray<Context> All { get; } =
        [.. from state in new[] { "new", "active", "lapsing" } from intensity in new[] { "low", "mid", "high" } select new Context($"{state}-{intensity}"), new("lapsed-low")];

    /// <summary>Lifecycle part of the key: new, active, lapsing or lapsed.</summary>
    public string Lifecycle => Key.Split('-')[0];

    /// <summary>The cell of a user.</summary>
    /// <param name="sinceFirstSeen">Age of the user; below 7 d is new.</param>
    /// <param name="sinceLastEvent">Below 7 d is active, to 28 d lapsing, beyond lapsed; <see cref="TimeSpan.MaxValue"/> if there was none.</param>
    /// <param name="events28d">Events of the last 28 days: 0–2 low, 3–20 mid, above 20 high.</param>
    /// <exception cref="ArgumentOutOfRangeException">A span or the count is negative.</exception>
    public static Context Of(TimeSpan sinceFirstSeen, TimeSpan sinceLastEvent, long events28d)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sinceFirstSeen, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(sinceLastEvent, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(events28d);
        var intensity = events28d <= 2 ? "low" : events28d <= 20 ? "mid" : "high";
        if (sinceFirstSeen < newFor)
        {
            return new($"new-{intensity}");
        }

        if (sinceLastEvent > lapsingWithin)
        {
            // The 28-day counter is kept in whole UTC days and may still hold part of the day before; the cell is the same.
            return new("lapsed-low");
        }

        return new(sinceLastEvent < activeWithin ? $"active-{intensity}" : $"lapsing-{intensity}");
    }

    /// <summary>The key.</summary>
    public override string ToString() => Key;
}
