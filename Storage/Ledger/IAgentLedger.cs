using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>A row of the ledger: steps of many agents of one partition, packed.</summary>
/// <param name="Sequence">Place in the partition; grows, gaps are allowed.</param>
/// <param name="Entries">Packed by <see cref="LedgerPack"/>.</param>
public readonly record struct LedgerRow(long Sequence, ReadOnlyMemory<byte> Entries);

/// <summary>
/// Where steps of agents are durable before their rows are: a tail per partition, written by the partition's owner alone. All writes are fenced
/// by the owner's term (docs/adr/0013).
/// </summary>
public interface IAgentLedger
{
    /// <summary>Adds a row.</summary>
    /// <exception cref="PartitionLostException">The term is over; nothing was written.</exception>
    ValueTask AppendAsync(Tenure tenure, LedgerRow row, CancellationToken stop);

    /// <summary>The rows of a partition that no checkpoint has removed, in order.</summary>
    ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop);

    /// <summary>
    /// Writes agents' rows with all that belongs to them, then moves the cursor of the log and removes ledger rows: one transaction. Each commit must
    /// meet its expected version.
    /// </summary>
    /// <param name="tenure">Partition of all of them, and its owner's term.</param>
    /// <param name="commits">Each agent once.</param>
    /// <param name="cursor">Everything before is in the rows; null = it stays.</param>
    /// <param name="through">Ledger rows up to here are in the rows; null = all stay.</param>
    /// <param name="stop">Ends the wait before it began.</param>
    /// <exception cref="PartitionLostException">The term is over; nothing was written.</exception>
    /// <exception cref="VersionConflictException">A row is not at the expected version; nothing was written.</exception>
    ValueTask CheckpointAsync(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop);

    /// <summary>Takes an agent's rows away with all that belongs to it: one transaction. Behind a checkpoint, so that no row of the ledger knows of it either.</summary>
    /// <exception cref="PartitionLostException">The term is over; nothing was taken.</exception>
    ValueTask<ErasedRows> EraseAsync(Tenure tenure, AgentErasure erasure, CancellationToken stop);
}
