using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The ledger on PostgreSQL, each partition on its server.</summary>
public sealed class PostgresLedger(PostgresDatabase database) : IAgentLedger
{
    /// <inheritdoc/>
    public ValueTask AppendAsync(int partition, long term, LedgerRow row, CancellationToken stop) => ServerOf(partition).AppendAsync(partition, term, row, stop);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop) => ServerOf(partition).TailAsync(partition, stop);

    /// <inheritdoc/>
    public ValueTask CheckpointAsync(int partition, long term, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commits);
        return ServerOf(partition).CheckpointAsync(partition, term, commits, cursor, through, stop);
    }

    LedgerServer ServerOf(int partition) => database.Ledgers[database.ServerOf(partition)];
}
