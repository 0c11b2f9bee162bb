using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The ledger on PostgreSQL, each partition on its server.</summary>
public sealed class PostgresLedger(PostgresDatabase database) : IAgentLedger
{
    /// <inheritdoc/>
    public ValueTask AppendAsync(Tenure tenure, LedgerRow row, CancellationToken stop) => ServerOf(tenure.Partition).AppendAsync(tenure, row, stop);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop) => ServerOf(partition).TailAsync(partition, stop);

    /// <inheritdoc/>
    public ValueTask CheckpointAsync(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commits);
        return ServerOf(tenure.Partition).CheckpointAsync(tenure, commits, cursor, through, stop);
    }

    /// <inheritdoc/>
    public ValueTask<ErasedRows> EraseAsync(Tenure tenure, AgentErasure erasure, CancellationToken stop) => ServerOf(tenure.Partition).EraseAsync(tenure, erasure, stop);

    LedgerServer ServerOf(int partition) => database.Ledgers[database.ServerOf(partition)];
}
