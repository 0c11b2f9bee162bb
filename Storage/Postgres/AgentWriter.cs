using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>Stores steps of many agents in one transaction of two round trips: agents by their version first, then what the winners bring.</summary>
internal sealed class AgentWriter(DatabaseServer server)
{
    /// <summary>Stores a batch. An agent occurs once in a transaction: a further step of it comes in the next one, after what it builds on.</summary>
    public void Write(List<AgentStep> batch)
    {
        var keys = new HashSet<string>(batch.Count, StringComparer.Ordinal);
        for (var left = batch; left.Count > 0; keys.Clear())
        {
            var now = new List<AgentStep>(left.Count);
            var later = new List<AgentStep>();
            foreach (var step in left)
            {
                (keys.Add(step.Commit.Key) ? now : later).Add(step);
            }

            // One order for every writer, so that two of them do not wait for each other.
            now.Sort((one, other) => string.CompareOrdinal(one.Commit.Key, other.Commit.Key));
            Halving.Write(now, Store, server.Tell);
            left = later;
        }
    }

    /// <summary>Writes a checkpoint: all its agents, the cursor and the ledger in one transaction, if the term holds.</summary>
    public void Write(Checkpoint checkpoint)
    {
        using var connection = server.Source.OpenConnection();
        var winners = Begin(connection, checkpoint.Steps, checkpoint);
        if (winners.Count < checkpoint.Steps.Count)
        {
            var lost = checkpoint.Steps.Except(winners.Select(winner => winner.Step)).First().Commit;
            throw new VersionConflictException(lost.Key, lost.ExpectedVersion);
        }

        using var rest = AgentRows.Of(winners, [.. checkpoint.Ending()]);
        rest.Connection = connection;
        rest.ExecuteNonQuery();
    }

    void Store(List<AgentStep> steps)
    {
        // A connection that goes back in the middle of a transaction rolls it back.
        using var connection = server.Source.OpenConnection();
        var winners = Begin(connection, steps);
        if (winners.Count > 0)
        {
            using var rest = AgentRows.Of(winners);
            rest.Connection = connection;
            rest.ExecuteNonQuery();
        }

        var won = 0;
        foreach (var step in steps)
        {
            if (won < winners.Count && winners[won].Step == step)
            {
                won++;
                step.Committed();
            }
            else
            {
                step.Failed(new VersionConflictException(step.Commit.Key, step.Commit.ExpectedVersion));
            }
        }
    }

    /// <summary>Begins the transaction, for a checkpoint under its term, and writes the agents that are at their expected version.</summary>
    /// <returns>Those, in the order of <paramref name="steps"/>.</returns>
    static List<Winner> Begin(NpgsqlConnection connection, List<AgentStep> steps, Checkpoint? checkpoint = null)
    {
        var inserts = steps.FindAll(step => step.Commit.ExpectedVersion == 0);
        var updates = steps.FindAll(step => step.Commit.ExpectedVersion > 0);
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin") } };
        if (checkpoint is not null)
        {
            batch.BatchCommands.Add(checkpoint.Fence());
        }

        if (updates.Count > 0)
        {
            batch.BatchCommands.Add(Update(updates));
        }

        if (inserts.Count > 0)
        {
            batch.BatchCommands.Add(Insert(inserts));
        }

        var stored = new Dictionary<AgentStep, Winner>(steps.Count, ReferenceEqualityComparer.Instance);
        using var rows = batch.ExecuteReader();
        if (checkpoint is not null)
        {
            if (!rows.Read())
            {
                throw new PartitionLostException(checkpoint.Partition);
            }

            rows.NextResult();
        }

        if (updates.Count > 0)
        {
            while (rows.Read())
            {
                var step = updates[(int)rows.GetInt64(0) - 1];
                stored.Add(step, new Winner(step, rows.GetInt64(1), rows.GetInt64(2)));
            }

            rows.NextResult();
        }

        if (inserts.Count > 0)
        {
            var byKey = inserts.ToDictionary(step => step.Commit.Key, StringComparer.Ordinal);
            while (rows.Read())
            {
                var step = byKey[rows.Text(0)];
                stored.Add(step, new Winner(step, rows.GetInt64(1), step.Commit.JournalEntries));
            }
        }

        return [.. steps.Where(stored.ContainsKey).Select(step => stored[step])];
    }

    static NpgsqlBatchCommand Update(List<AgentStep> steps)
    {
        var command = new NpgsqlBatchCommand("""
            update agents a set version = a.version + v.steps, entries = a.entries + v.entries, due = v.due, record = v.record
            from unnest($1, $2, $3, $4, $5, $6) with ordinality v (key, expected, entries, due, record, steps, number)
            where a.key = v.key and a.version = v.expected
            returning v.number, a.number, a.entries
            """);
        command.Parameters.Blobs([.. steps.Select(step => step.Key)]).Put(steps.Select(step => step.Commit.ExpectedVersion).ToArray())
            .Put(steps.Select(step => step.Commit.JournalEntries).ToArray()).Put(steps.Select(step => step.Commit.Due?.UnixMilliseconds).ToArray())
            .Blobs([.. steps.Select(step => step.Commit.Record.Bytes)]).Put(steps.Select(step => step.Commit.Steps).ToArray());
        return command;
    }

    static NpgsqlBatchCommand Insert(List<AgentStep> steps)
    {
        var command = new NpgsqlBatchCommand("""
            insert into agents (key, version, entries, shard, due, tenant, panel_rank, record)
            select v.key, v.steps, v.entries, v.shard, v.due, v.tenant, v.panel_rank, v.record
            from unnest($1, $2, $3, $4, $5, $6, $7, $8) v (key, entries, shard, due, tenant, panel_rank, record, steps)
            on conflict (key) do nothing returning key, number
            """);
        command.Parameters.Blobs([.. steps.Select(step => step.Key)]).Put(steps.Select(step => step.Commit.JournalEntries).ToArray())
            .Put(steps.Select(step => step.Commit.Partition).ToArray()).Put(steps.Select(step => step.Commit.Due?.UnixMilliseconds).ToArray())
            .Blobs([.. steps.Select(step => step.Tenant)]).Put(steps.Select(step => step.Commit.PanelRank).ToArray())
            .Blobs([.. steps.Select(step => step.Commit.Record.Bytes)]).Put(steps.Select(step => step.Commit.Steps).ToArray());
        return command;
    }

    /// <summary>A step whose agent was at the expected version.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Number">Number of its agent.</param>
    /// <param name="Entries">Journal entries of the agent, those of the step among them.</param>
    internal readonly record struct Winner(AgentStep Step, long Number, long Entries);
}
