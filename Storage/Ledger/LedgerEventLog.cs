using Aampe.Agents.Storage.Log;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>The log under a ledger: whoever opens a partition opens its ledger too, and the cursor moves with the checkpoints.</summary>
public sealed class LedgerEventLog(IEventLog log, AgentLedger agents) : IEventLog
{
    /// <inheritdoc/>
    public int Epoch => log.Epoch;

    /// <inheritdoc/>
    public int Partitions => log.Partitions;

    /// <inheritdoc/>
    public int PartitionOf(string tenant, string agent) => log.PartitionOf(tenant, agent);

    /// <inheritdoc/>
    public ValueTask AppendAsync(IReadOnlyList<LoggedEvent> events, IReadOnlyList<DeadLetter> deadLetters, CancellationToken stop) => log.AppendAsync(events, deadLetters, stop);

    /// <inheritdoc/>
    public async ValueTask<IPartitionReader> OpenAsync(int partition, CancellationToken stop)
    {
        var reader = await log.OpenAsync(partition, stop).ConfigureAwait(false);
        try
        {
            await agents.OpenAsync(new Tenure(partition, reader.Owner, reader.Term), reader.Committed, stop).ConfigureAwait(false);
            return new LedgerReader(reader, agents);
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask WaitAsync(int partition, long offset, TimeSpan patience, CancellationToken stop) => log.WaitAsync(partition, offset, patience, stop);

    /// <inheritdoc/>
    public ValueTask<long> EndAsync(int partition, CancellationToken stop) => log.EndAsync(partition, stop);

    sealed class LedgerReader(IPartitionReader reader, AgentLedger agents) : IPartitionReader
    {
        public int Partition => reader.Partition;

        public int Owner => reader.Owner;

        public long Term => reader.Term;

        public long Committed => reader.Committed;

        public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int limit, CancellationToken stop)
        {
            agents.Check(Partition, Term);
            return reader.ReadAsync(from, limit, stop);
        }

        public ValueTask CommitAsync(long next, CancellationToken stop)
        {
            agents.Check(Partition, Term);
            agents.Applied(Partition, next);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await agents.CloseAsync(Partition, Term).ConfigureAwait(false);
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }
}
