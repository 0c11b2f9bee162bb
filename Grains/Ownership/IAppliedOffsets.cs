namespace Aampe.Agents.Grains.Ownership;

/// <summary>How far this silo has carried its partitions to their agents.</summary>
public interface IAppliedOffsets
{
    /// <summary>Completes once everything before an offset has been applied, or put aside with its reason.</summary>
    Task WaitAsync(int partition, long offset, CancellationToken stop);
}
