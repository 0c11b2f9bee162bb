namespace Aampe.Agents.Storage.Log;

/// <summary>What the new owner of a partition gets.</summary>
/// <param name="Term">Its term; every commit names it, and those of earlier terms no longer count.</param>
/// <param name="Cursor">First offset that is not committed.</param>
public readonly record struct PartitionTerm(long Term, long Cursor);

/// <summary>The authoritative cursor of each partition, fenced by the term of its owner, wherever the events themselves are.</summary>
public interface IPartitionCursors
{
    /// <summary>Begins a new term of a partition.</summary>
    ValueTask<PartitionTerm> TakeAsync(int partition, CancellationToken stop);

    /// <summary>Everything before <paramref name="next"/> has been applied durably. The cursor never goes back.</summary>
    /// <returns>The cursor.</returns>
    /// <exception cref="PartitionLostException">A later term has begun.</exception>
    ValueTask<long> CommitAsync(int partition, long term, long next, CancellationToken stop);
}
