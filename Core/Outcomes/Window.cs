using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Outcomes;

/// <summary>A half-open stretch of time [start, end): an event at the start is in it, one at the end is not (docs/method.md §5).</summary>
/// <param name="Start">First moment inside.</param>
/// <param name="End">First moment after.</param>
public readonly record struct Window(Instant Start, Instant End)
{
    /// <summary>How long it is; 0 or less means that it is empty.</summary>
    public TimeSpan Length => End - Start;

    /// <summary>Whether a moment lies inside.</summary>
    public bool Contains(Instant at) => at >= Start && at < End;

    /// <summary>The two windows of an intervention, of equal length: before it, and from it on (an event at exactly t_int is post).</summary>
    /// <param name="tInt">The instant at which the message was handed to its channel.</param>
    /// <param name="length">Length of each.</param>
    public static (Window Pre, Window Post) Around(Instant tInt, TimeSpan length) =>
        (new(tInt - length, tInt), new(tInt, tInt + length));
}
