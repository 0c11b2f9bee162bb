using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Custody;

/// <summary>What the owner of a partition holds in memory: images that are newer than their rows, the outbox, who is due.</summary>
internal sealed class Owner(int partition, long term, Turn turn)
{
    public int Partition { get; } = partition;

    public long Term { get; } = term;

    public Turn Turn { get; } = turn;

    /// <summary>Whether it has replayed the tail and answers.</summary>
    public bool Serves { get; set; }

    /// <summary>Whether it has resigned.</summary>
    public bool Gone { get; set; }

    /// <summary>Whether a flush is on its way.</summary>
    public bool Flushing { get; set; }

    /// <summary>Commits per agent that are in the ledger and not in the rows, oldest first.</summary>
    public Dictionary<string, List<Commit>> Pending { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, OutboxRow> Outbox { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long?> Due { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets an agent.</summary>
    /// <param name="key">The agent.</param>
    /// <param name="leavesOutbox">Planted: what waits for its channel stays.</param>
    public void Forget(string key, bool leavesOutbox)
    {
        Due.Remove(key);
        Pending.Remove(key);
        foreach (var id in Outbox.Values.Where(row => row.Key == key && !leavesOutbox).Select(row => row.DecisionId).ToList())
        {
            Outbox.Remove(id);
        }
    }

    /// <summary>Takes a durable commit into the image.</summary>
    public void Take(Commit commit)
    {
        Due[commit.Key] = commit.Due;
        foreach (var row in commit.Outbox)
        {
            Outbox[row.DecisionId] = row;
        }

        foreach (var done in commit.OutboxDone)
        {
            Outbox.Remove(done);
        }
    }
}
