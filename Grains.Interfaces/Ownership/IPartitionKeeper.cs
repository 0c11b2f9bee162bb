namespace Aampe.Agents.Grains.Interfaces.Ownership;

/// <summary>Questions to the owner of a partition (key: its number): what other silos cannot see in the store yet.</summary>
[Alias("agents.IPartitionKeeper")]
public interface IPartitionKeeper : IGrainWithIntegerKey
{
    /// <summary>Completes when everything that the log holds at the call has been applied, or put aside with its reason.</summary>
    [Alias("Applied"), ResponseTimeout("00:10:00")]
    ValueTask AppliedAsync();

    /// <summary>Brings the rows of the partition's agents up to date.</summary>
    [Alias("Checkpoint"), ResponseTimeout("00:10:00")]
    ValueTask CheckpointAsync();

    /// <summary>Takes events of some agents out of a part of the partition's log, here where what was just written may still be in memory.</summary>
    /// <param name="from">First offset.</param>
    /// <param name="upTo">Offset behind the last.</param>
    /// <param name="tenant">Tenant.</param>
    /// <param name="agents">Agents without tenant, each with the offset behind its last event that goes.</param>
    [Alias("TakeOut"), ResponseTimeout("00:10:00")]
    ValueTask<TakenOut> TakeOutAsync(long from, long upTo, string tenant, Dictionary<string, long> agents);
}

/// <summary>Events that were taken out of a part of a partition.</summary>
/// <param name="Next">Where the next part begins; the end that was asked for when there is no more.</param>
/// <param name="ByAgent">Events, by agent without tenant.</param>
[GenerateSerializer, Alias("agents.taken-out")]
public sealed record TakenOut([property: Id(0)] long Next, [property: Id(1)] Dictionary<string, long> ByAgent);
