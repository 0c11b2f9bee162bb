namespace Aampe.Agents.Grains.Ownership;

/// <summary>How far this silo has carried its partitions to their agents.</summary>
public interface IAppliedOffsets
{
    /// <summary>Completes once everything before an offset has been applied, or put aside with its reason; at the latest after <paramref name="patience"/>.</summary>
    /// <returns>Whether it has. If not, the partition may have moved to another silo.</returns>
    Task<bool> ReachesAsync(int partition, long offset, TimeSpan patience, CancellationToken stop);
}
