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
}
