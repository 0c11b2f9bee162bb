using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>The ledger in the embedded store; its writes share the group commit with everything else.</summary>
public sealed class SqliteLedger(SqliteDatabase database) : IAgentLedger
{
    /// <inheritdoc/>
    public async ValueTask AppendAsync(Tenure tenure, LedgerRow row, CancellationToken stop) =>
        await database.WriteAsync<bool>(row.Entries.Length, (transaction, refuse) =>
        {
            if (!Owns(transaction, tenure))
            {
                return refuse(new PartitionLostException(tenure.Partition));
            }

            using var insert = transaction.Use("insert into ledger (place, entries) values (?1, ?2)");
            insert.Int(1, LogPlace.Of(tenure.Partition, row.Sequence)).Blob(2, row.Entries.Span).Run();
            return true;
        }, stop).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select place, entries from ledger where place >= ?1 and place < ?2 order by place");
        rows.Int(1, LogPlace.Of(partition, 0)).Int(2, LogPlace.Of(partition + 1, 0));
        var tail = new List<LedgerRow>();
        while (rows.Step())
        {
            tail.Add(new LedgerRow(LogPlace.OffsetOf(rows.Int(0)), rows.Blob(1).ToArray()));
        }

        return ValueTask.FromResult<IReadOnlyList<LedgerRow>>(tail);
    }

    /// <inheritdoc/>
    public async ValueTask CheckpointAsync(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commits);
        await database.WriteAsync(new CheckpointWork(tenure, commits, cursor, through), stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ErasedRows> EraseAsync(Tenure tenure, AgentErasure erasure, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return database.WriteAsync(new AgentErasing(erasure, tenure), stop);
    }

    internal static bool Owns(WriteTransaction transaction, Tenure tenure)
    {
        using var known = transaction.Use("select 1 from cursors where partition = ?1 and term = ?2");
        return known.Int(1, tenure.Owner).Int(2, tenure.Term).Step();
    }
}
