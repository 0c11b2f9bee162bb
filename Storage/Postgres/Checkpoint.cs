using Aampe.Agents.Storage.Commits;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Rows of many agents of one partition, with the cursor and the ledger's tail: one transaction.</summary>
internal sealed class Checkpoint(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through) : IQueuedWork
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Partition => tenure.Partition;

    public List<AgentStep> Steps { get; } = [.. commits.OrderBy(commit => commit.Key, StringComparer.Ordinal).Select(commit => new AgentStep(commit))];

    public Task Done => done.Task;

    public long Bytes => Steps.Sum(step => step.Bytes);

    public void Committed() => done.TrySetResult();

    public void Failed(Exception why) => done.TrySetException(why);

    /// <summary>Finds a row if the term holds, and keeps it from ending before the transaction does.</summary>
    public NpgsqlBatchCommand Fence() => Command("select 1 from partition_owners where partition = $1 and term = $2 for update", values => values.Put(tenure.Owner).Put(tenure.Term));

    /// <summary>What comes after the agents.</summary>
    public IEnumerable<NpgsqlBatchCommand> Ending()
    {
        if (cursor is { } next)
        {
            yield return Command("update partition_owners set cursor = greatest(cursor, $2) where partition = $1", values => values.Put(tenure.Owner).Put(next));
        }

        if (through is { } last)
        {
            yield return Command("delete from ledger where partition = $1 and sequence <= $2", values => values.Put(tenure.Partition).Put(last));
        }
    }

    static NpgsqlBatchCommand Command(string sql, Action<NpgsqlParameterCollection> bind)
    {
        var command = new NpgsqlBatchCommand(sql);
        bind(command.Parameters);
        return command;
    }
}
