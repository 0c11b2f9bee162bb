using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Rows of many agents, the cursor and the ledger, together or not at all.</summary>
internal sealed class CheckpointWork(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through) : WriteWork<bool>
{
    readonly List<AgentWork> agents = [.. commits.Select(commit => new AgentWork(commit))];

    public override long Bytes => agents.Sum(agent => agent.Bytes);

    protected override bool Write(WriteTransaction transaction)
    {
        if (!SqliteLedger.Owns(transaction, tenure))
        {
            return Refuse(new PartitionLostException(tenure.Partition));
        }

        foreach (var agent in agents)
        {
            // Thrown, not refused: earlier rows of this checkpoint are written already and must be rolled back with it.
            agent.WriteOrThrow(transaction);
        }

        if (cursor is { } next)
        {
            using var move = transaction.Use("update cursors set committed = max(committed, ?1) where partition = ?2");
            move.Int(1, next).Int(2, tenure.Owner).Run();
        }

        if (through is { } last)
        {
            using var shorten = transaction.Use("delete from ledger where place >= ?1 and place <= ?2");
            shorten.Int(1, LogPlace.Of(tenure.Partition, 0)).Int(2, LogPlace.Of(tenure.Partition, last)).Run();
        }

        return true;
    }
}
