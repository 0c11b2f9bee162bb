using Aampe.Agents.Storage.Commits;
using Aampe.Agents.Storage.Ledger;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The ledgers of the partitions that live on one server.</summary>
internal sealed class LedgerServer : IAsyncDisposable
{
    readonly DatabaseServer server;
    readonly CommitLane<Append> appends;
    readonly CommitLane<Checkpoint>[] checkpoints;

    public LedgerServer(DatabaseServer server, int lanes)
    {
        this.server = server;
        var writer = new AgentWriter(server);
        appends = new("postgres ledger", 1_024, 8 << 20, batch => Halving.Write(batch, Store, server.Tell));
        checkpoints = [.. Enumerable.Range(0, lanes).Select(lane => new CommitLane<Checkpoint>($"postgres checkpoints {lane}", 1, 64 << 20, batch => Halving.Write(batch, one => Store(writer, one[0]), server.Tell)))];
    }

    public async ValueTask AppendAsync(Tenure tenure, LedgerRow row, CancellationToken stop)
    {
        var append = new Append(tenure, row);
        await appends.AddAsync(append, stop).ConfigureAwait(false);
        await append.Done.Task.ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<LedgerRow>> TailAsync(int partition, CancellationToken stop) => await server.ListAsync(
        "select sequence, entries from ledger where partition = $1 order by sequence", values => values.Put(partition), row => new LedgerRow(row.GetInt64(0), row.Blob(1)), stop).ConfigureAwait(false);

    public async ValueTask CheckpointAsync(Tenure tenure, IReadOnlyList<AgentCommit> commits, long? cursor, long? through, CancellationToken stop)
    {
        var checkpoint = new Checkpoint(tenure, commits, cursor, through);
        await checkpoints[tenure.Partition % checkpoints.Length].AddAsync(checkpoint, stop).ConfigureAwait(false);
        await checkpoint.Done.ConfigureAwait(false);
    }

    public ValueTask<ErasedRows> EraseAsync(Tenure tenure, AgentErasure erasure, CancellationToken stop) => AgentErasing.RunAsync(server, erasure, tenure, stop);

    public async ValueTask DisposeAsync()
    {
        await appends.EndAsync().ConfigureAwait(false);
        foreach (var lane in checkpoints)
        {
            await lane.EndAsync().ConfigureAwait(false);
        }
    }

    static void Store(AgentWriter writer, Checkpoint checkpoint)
    {
        writer.Write(checkpoint);
        checkpoint.Committed();
    }

    // One statement, one transaction: the lock on the owner's row holds a new owner back until the rows are visible to it.
    void Store(List<Append> batch)
    {
        using var connection = server.Source.OpenConnection();
        using var command = new NpgsqlCommand("""
            with owned as (select partition, term from partition_owners where partition = any($1) order by partition for share),
            added as (
                insert into ledger (partition, sequence, entries)
                select v.partition, v.sequence, v.entries from unnest($1, $2, $3, $4, $5) v (owner, term, partition, sequence, entries)
                join owned o on o.partition = v.owner and o.term = v.term
                returning partition, sequence)
            select partition, sequence from added
            """, connection);
        command.Parameters.Put(batch.Select(one => one.Tenure.Owner).ToArray()).Put(batch.Select(one => one.Tenure.Term).ToArray())
            .Put(batch.Select(one => one.Tenure.Partition).ToArray()).Put(batch.Select(one => one.Row.Sequence).ToArray()).Blobs([.. batch.Select(one => one.Row.Entries)]);
        var added = new HashSet<(int, long)>();
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                added.Add((rows.GetInt32(0), rows.GetInt64(1)));
            }
        }

        foreach (var one in batch)
        {
            if (added.Contains((one.Tenure.Partition, one.Row.Sequence)))
            {
                one.Done.TrySetResult();
            }
            else
            {
                one.Failed(new PartitionLostException(one.Tenure.Partition));
            }
        }
    }

    sealed record Append(Tenure Tenure, LedgerRow Row) : IQueuedWork
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Bytes => Row.Entries.Length;

        public void Failed(Exception why) => Done.TrySetException(why);
    }
}
