using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Privacy;

/// <summary>A part of a partition that was looked through.</summary>
/// <param name="Next">Where the next part begins; the end that was asked for when there is no more.</param>
/// <param name="Events">Events of the agents in question, in order.</param>
public sealed record FoundEvents(long Next, IReadOnlyList<StoredEvent> Events);

/// <summary>A part of a partition out of which events were taken.</summary>
/// <param name="Next">Where the next part begins; the end that was asked for when there is no more.</param>
/// <param name="ByAgent">Events taken out, by agent without tenant.</param>
public sealed record TakenEvents(long Next, IReadOnlyDictionary<string, long> ByAgent);

/// <summary>
/// A log that can be looked through for single people and forget what they did. Offsets stay as they are: an event that is taken out leaves a place
/// that says nothing (<see cref="ErasedEvents"/>). A log on Kafka is none: no record of a topic can be changed.
/// </summary>
public interface IPersonalLog
{
    /// <summary>Looks through a part of a partition, some megabytes at most.</summary>
    /// <param name="partition">Partition.</param>
    /// <param name="from">First offset.</param>
    /// <param name="upTo">Offset behind the last.</param>
    /// <param name="tenant">Tenant.</param>
    /// <param name="agents">Agents without tenant, such as <c>u:ada</c>, each with the offset behind its last event that counts: who came back afterwards keeps what is new.</param>
    ValueTask<FoundEvents> FindAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop);

    /// <summary>Takes events out of a part of a partition. Repeated, it finds nothing more.</summary>
    ValueTask<TakenEvents> TakeOutAsync(int partition, long from, long upTo, string tenant, IReadOnlyDictionary<string, long> agents, CancellationToken stop);

    /// <summary>Sees to it that what was taken out is no longer in the files beside the tables, as far as that is ours to do.</summary>
    ValueTask SettleAsync(CancellationToken stop);
}
