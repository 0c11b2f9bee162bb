using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Privacy;

/// <summary>Where a partition of the log ended when somebody was erased.</summary>
/// <param name="Epoch">Epoch of the log.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Events before it were in the log at that moment.</param>
public readonly record struct LogEnd(int Epoch, int Partition, long Offset);

/// <summary>How an event stands to a mark.</summary>
public enum MarkedEvent
{
    /// <summary>It may be taken.</summary>
    Free,

    /// <summary>It was in the log when its person was erased: nothing to tell anybody of.</summary>
    Before,

    /// <summary>It came afterwards and tells of before, or its person is suppressed.</summary>
    Refused,
}

/// <summary>What is known of a person who asked to be forgotten or left alone; kept under <see cref="PersonName.Hash"/> alone.</summary>
public sealed record PersonMark
{
    /// <summary>How long message ids of an erased person are known: a client may send the same event again for as long.</summary>
    public static readonly TimeSpan SeenFor = DedupeWindow.Span;

    /// <summary>No event is taken, nothing is decided.</summary>
    public bool Suppressed { get; init; }

    /// <summary>An erasure is under way: nothing is taken until it is over.</summary>
    public bool Erasing { get; init; }

    /// <summary>When the last erasure was over; null = there was none.</summary>
    public Instant? ErasedAt { get; init; }

    /// <summary>What the next life of the id is made of; empty = the first.</summary>
    public string Life { get; init; } = "";

    /// <summary>Ends of the log at the erasure.</summary>
    public ImmutableArray<LogEnd> Ends { get; init; } = [];

    /// <summary>Keyed message ids of the day before the erasure (<see cref="PersonName.MessageId"/>), sorted.</summary>
    public ImmutableArray<ulong> Seen { get; init; } = [];

    /// <summary>Keyed hash of the known user whom an anonymous id belonged to; empty = it stands for itself.</summary>
    public string Of { get; init; } = "";

    /// <summary>Whether the person's agent neither takes nor decides anything.</summary>
    public bool IsSilent => Suppressed || Erasing;

    /// <summary>Whether an event of the person may be taken.</summary>
    /// <param name="e">The event.</param>
    /// <param name="epoch">Epoch of the log.</param>
    /// <param name="partition">Partition of the event.</param>
    /// <param name="secret">Secret of the deployment.</param>
    public MarkedEvent Judge(in IncomingEvent e, int epoch, int partition, ReadOnlySpan<byte> secret)
    {
        foreach (var end in Ends)
        {
            if (end.Epoch == epoch && end.Partition == partition && e.Offset < end.Offset)
            {
                return MarkedEvent.Before;
            }
        }

        if (IsSilent)
        {
            return MarkedEvent.Refused;
        }

        if (ErasedAt is not { } erased)
        {
            return MarkedEvent.Free;
        }

        if (e.OccurredAt <= erased || e.ReceivedAt <= erased)
        {
            return MarkedEvent.Refused;
        }

        return e.MessageId is { } id && e.ReceivedAt <= erased + SeenFor && Seen.BinarySearch(PersonName.MessageId(secret, StableHash.Of(e.Source, id))) >= 0
            ? MarkedEvent.Refused
            : MarkedEvent.Free;
    }

    /// <summary>The mark of somebody whose erasure is over.</summary>
    /// <param name="at">When.</param>
    /// <param name="life">What the next life is made of.</param>
    /// <param name="ends">Ends of the log now.</param>
    /// <param name="seen">Keyed message ids.</param>
    public PersonMark Erased(Instant at, string life, IEnumerable<LogEnd> ends, IEnumerable<ulong> seen) => this with
    {
        Erasing = false,
        ErasedAt = at,
        Life = life,
        Ends = [.. ends],
        Seen = [.. seen.Order()],
    };
}
