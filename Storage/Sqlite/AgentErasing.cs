using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>Takes an agent out of the file with all that belongs to it; what is freed is written over.</summary>
/// <param name="erasure">What goes.</param>
/// <param name="tenure">Whose term must hold; null = rows are guarded by their versions alone.</param>
internal sealed class AgentErasing(AgentErasure erasure, Tenure? tenure) : WriteWork<ErasedRows>
{
    public override long Bytes => 1_024 + erasure.Decisions.Sum(Statement.Length);

    protected override ErasedRows Write(WriteTransaction transaction)
    {
        if (tenure is { } ours && !SqliteLedger.Owns(transaction, ours))
        {
            return Refuse(new PartitionLostException(ours.Partition));
        }

        return SecureDelete.Run(transaction, () => Erase(transaction));
    }

    ErasedRows Erase(WriteTransaction transaction)
    {
        long journal = 0, decisions = 0, effects = 0, outbox = 0, waiting = 0;
        using (var agent = transaction.Use("select number from agents where key = ?1"))
        {
            if (agent.Text(1, erasure.Key).Step())
            {
                using var gone = transaction.Use("delete from journal where place >= ?1 and place < ?2");
                journal = gone.Int(1, JournalPlace.Of(agent.Int(0), 0)).Int(2, JournalPlace.Of(agent.Int(0) + 1, 0)).Run();
            }
        }

        foreach (var id in erasure.Decisions)
        {
            decisions += Delete(transaction, "delete from decisions where id = ?1 and agent = ?2", id);
            effects += Delete(transaction, "delete from effects where decision = ?1 and agent = ?2", id);
            using var row = transaction.Use("delete from outbox where decision = ?1 and agent = ?2 returning status");
            if (row.Text(1, id).Text(2, erasure.Key).Step())
            {
                outbox++;
                waiting += row.Int(0) == (int)OutboxStatus.Waiting ? 1 : 0;
            }
        }

        using var own = transaction.Use("delete from agents where key = ?1");
        var agents = own.Text(1, erasure.Key).Run();
        transaction.Totals.Add(KeyTenant.Of(erasure.Key), -agents, -decisions, -effects, -waiting);
        return new ErasedRows(agents, journal, decisions, effects, outbox);
    }

    int Delete(WriteTransaction transaction, string sql, string id)
    {
        using var delete = transaction.Use(sql);
        return delete.Text(1, id).Text(2, erasure.Key).Run();
    }
}
