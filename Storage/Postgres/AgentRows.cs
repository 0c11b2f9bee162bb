using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>What winning steps bring beside their agents: journal, decisions, effects, outbox, totals; and the end of the transaction.</summary>
internal static class AgentRows
{
    /// <param name="winners">Steps whose agents were written.</param>
    /// <param name="last">Commands before the end.</param>
    public static NpgsqlBatch Of(List<AgentWriter.Winner> winners, params ReadOnlySpan<NpgsqlBatchCommand> last)
    {
        var batch = new NpgsqlBatch();
        Journal(batch, winners.FindAll(one => one.Step.Commit.JournalEntries > 0));
        Decisions(batch, winners.FindAll(one => one.Step.Decisions.Length > 0));
        Effects(batch, winners.FindAll(one => one.Step.Effects.Length > 0));
        var steps = winners.ConvertAll(one => one.Step);
        Totals(batch, steps);
        Outbox(batch, steps.FindAll(step => step.Outbox.Length > 0));
        foreach (var command in last)
        {
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        return batch;
    }

    static void Journal(NpgsqlBatch batch, List<AgentWriter.Winner> some)
    {
        if (some.Count > 0)
        {
            Add(batch, "insert into journal (agent, first, count, entries) select * from unnest($1, $2, $3, $4)")
                .Put(some.Select(one => one.Number).ToArray()).Put(some.Select(one => one.Entries - one.Step.Commit.JournalEntries + 1).ToArray())
                .Put(some.Select(one => one.Step.Commit.JournalEntries).ToArray()).Blobs([.. some.Select(one => one.Step.Commit.Journal)]);
        }
    }

    static void Decisions(NpgsqlBatch batch, List<AgentWriter.Winner> some)
    {
        if (some.Count > 0)
        {
            var rows = some.SelectMany(one => one.Step.Decisions.Zip(one.Step.Commit.Decisions, (texts, row) => (one.Step.Tenant, texts, row))).ToArray();
            Add(batch, "insert into decisions (id, tenant, agent, at, program, record) select * from unnest($1, $2, $3, $4, $5, $6)")
                .Blobs([.. rows.Select(one => one.texts.Id)]).Blobs([.. rows.Select(one => one.Tenant)]).Blobs([.. rows.Select(one => one.texts.Agent)])
                .Put(rows.Select(one => one.row.At.UnixMilliseconds).ToArray()).Blobs([.. rows.Select(one => one.texts.Third)]).Blobs([.. rows.Select(one => one.row.Stored)]);
        }
    }

    static void Effects(NpgsqlBatch batch, List<AgentWriter.Winner> some)
    {
        if (some.Count > 0)
        {
            var rows = some.SelectMany(one => one.Step.Effects.Zip(one.Step.Commit.Effects)).ToArray();
            Add(batch, "insert into effects (decision, agent, at, program, receipt) select * from unnest($1, $2, $3, $4, $5)")
                .Blobs([.. rows.Select(one => one.First.Id)]).Blobs([.. rows.Select(one => one.First.Agent)])
                .Put(rows.Select(one => one.Second.At.UnixMilliseconds).ToArray()).Blobs([.. rows.Select(one => one.First.Third)]).Blobs([.. rows.Select(one => one.Second.Stored)]);
        }
    }

    static void Outbox(NpgsqlBatch batch, List<AgentStep> some)
    {
        if (some.Count > 0)
        {
            var rows = some.SelectMany(step => step.Outbox.Select(one => (step.Tenant, one.Row, one.Texts))).ToArray();
            Add(batch, "insert into outbox (decision, tenant, agent, channel, due, status, attempts) select * from unnest($1, $2, $3, $4, $5, $6, $7)")
                .Blobs([.. rows.Select(one => one.Texts.Id)]).Blobs([.. rows.Select(one => one.Tenant)]).Blobs([.. rows.Select(one => one.Texts.Agent)])
                .Blobs([.. rows.Select(one => one.Texts.Third)]).Put(rows.Select(one => one.Row.Due.UnixMilliseconds).ToArray())
                .Put(rows.Select(one => (short)one.Row.Status).ToArray()).Put(rows.Select(one => one.Row.Attempts).ToArray());
        }
    }

    // Takes the old rows of the outbox away and counts them off in the same statement.
    static void Totals(NpgsqlBatch batch, List<AgentStep> steps)
    {
        byte[][] gone = [.. steps.SelectMany(step => step.OutboxGone)];
        var tenants = steps.GroupBy(step => step.Tenant, Utf8Order.Bytes).Select(of => new Change(
            of.Key,
            of.LongCount(step => step.Commit.ExpectedVersion == 0),
            of.Sum(step => step.Decisions.LongLength),
            of.Sum(step => step.Effects.LongLength),
            of.Sum(step => step.Outbox.LongCount(one => one.Row.Status == State.OutboxStatus.Waiting)))).Where(change => !change.IsNothing).ToArray();
        if (gone.Length == 0 && tenants.Length == 0)
        {
            return;
        }

        Add(batch, """
            with gone as (delete from outbox where decision = any($1) returning tenant, status),
            changes as (
                select * from unnest($2, $3, $4, $5, $6) v (tenant, agents, decisions, effects, waiting)
                union all
                select tenant, 0, 0, 0, -count(*) from gone where status = 1 group by tenant)
            insert into totals as t (tenant, slot, agents, decisions, effects, waiting)
            select tenant, pg_backend_pid() % 64, sum(agents)::bigint, sum(decisions)::bigint, sum(effects)::bigint, sum(waiting)::bigint
            from changes group by tenant order by tenant
            on conflict (tenant, slot) do update set agents = t.agents + excluded.agents, decisions = t.decisions + excluded.decisions,
                effects = t.effects + excluded.effects, waiting = t.waiting + excluded.waiting
            """)
            .Blobs(gone).Blobs([.. tenants.Select(one => one.Tenant)]).Put(tenants.Select(one => one.Agents).ToArray()).Put(tenants.Select(one => one.Decisions).ToArray())
            .Put(tenants.Select(one => one.Effects).ToArray()).Put(tenants.Select(one => one.Waiting).ToArray());
    }

    static NpgsqlParameterCollection Add(NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    readonly record struct Change(byte[] Tenant, long Agents, long Decisions, long Effects, long Waiting)
    {
        public bool IsNothing => (Agents | Decisions | Effects | Waiting) == 0;
    }
}
