using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>One step of one agent.</summary>
internal sealed class AgentWork : WriteWork<long>
{
    readonly AgentCommit commit;
    readonly string tenant;

    public AgentWork(AgentCommit commit)
    {
        this.commit = commit;
        tenant = KeyTenant.Of(commit.Key);
        commit.Check();
        Bytes = Statement.Length(commit.Key) + commit.Record.Bytes.Length + commit.Journal.Length
            + commit.Decisions.Sum(one => Statement.Length(one.Id) + Statement.Length(one.Agent) + Statement.Length(one.Program) + one.Stored.Length)
            + commit.Effects.Sum(one => Statement.Length(one.DecisionId) + Statement.Length(one.Agent) + Statement.Length(one.Program) + one.Stored.Length)
            + commit.Outbox.Sum(one => Statement.Length(one.DecisionId) + Statement.Length(one.Agent) + Statement.Length(one.Channel))
            + commit.OutboxDone.Sum(Statement.Length);
    }

    public override long Bytes { get; }

    /// <summary>Writes as a part of other work.</summary>
    /// <exception cref="VersionConflictException">The agent is not at the expected version.</exception>
    public void WriteOrThrow(WriteTransaction transaction)
    {
        if (!TryWrite(transaction))
        {
            throw new VersionConflictException(commit.Key, commit.ExpectedVersion);
        }
    }

    protected override long Write(WriteTransaction transaction) =>
        TryWrite(transaction) ? commit.ExpectedVersion + commit.Steps : Refuse(new VersionConflictException(commit.Key, commit.ExpectedVersion));

    bool TryWrite(WriteTransaction transaction)
    {
        if ((commit.ExpectedVersion == 0 ? Insert(transaction) : Update(transaction)) is not { } stored)
        {
            return false;
        }

        if (commit.JournalEntries > 0)
        {
            using var journal = transaction.Use("insert into journal (place, count, entries) values (?1, ?2, ?3)");
            journal.Int(1, JournalPlace.Of(stored.Number, stored.Entries - commit.JournalEntries + 1)).Int(2, commit.JournalEntries).Blob(3, commit.Journal.Span).Run();
        }

        WriteDecisions(transaction);
        var waiting = WriteOutbox(transaction);
        transaction.Totals.Add(tenant, commit.ExpectedVersion == 0 ? 1 : 0, commit.Decisions.Count, commit.Effects.Count, waiting);
        return true;
    }

    (long Number, long Entries)? Insert(WriteTransaction transaction)
    {
        using var insert = transaction.Use("""
            insert into agents (key, version, entries, shard, due, tenant, panel_rank, record) values (?1, ?8, ?2, ?3, ?4, ?5, ?6, ?7)
            on conflict (key) do nothing returning number, entries
            """);
        insert.Text(1, commit.Key).Int(2, commit.JournalEntries).Int(3, commit.Partition).Int(4, commit.Due?.UnixMilliseconds)
            .Text(5, tenant).Int(6, commit.PanelRank).Blob(7, commit.Record.Bytes.Span).Int(8, commit.Steps);
        return insert.Step() ? (insert.Int(0), insert.Int(1)) : null;
    }

    (long Number, long Entries)? Update(WriteTransaction transaction)
    {
        using var update = transaction.Use("""
            update agents set version = version + ?5, entries = entries + ?3, record = ?4 where key = ?1 and version = ?2
            returning number, entries, due
            """);
        update.Text(1, commit.Key).Int(2, commit.ExpectedVersion).Int(3, commit.JournalEntries).Blob(4, commit.Record.Bytes.Span).Int(5, commit.Steps);
        if (!update.Step())
        {
            return null;
        }

        var (number, entries) = (update.Int(0), update.Int(1));
        long? before = update.IsNull(2) ? null : update.Int(2);

        // The index of due agents is touched only when the moment changes.
        if (before != commit.Due?.UnixMilliseconds)
        {
            using var due = transaction.Use("update agents set due = ?2 where number = ?1");
            due.Int(1, number).Int(2, commit.Due?.UnixMilliseconds).Run();
        }

        return (number, entries);
    }

    void WriteDecisions(WriteTransaction transaction)
    {
        foreach (var decision in commit.Decisions)
        {
            using var insert = transaction.Use("insert into decisions (id, tenant, agent, at, program, record) values (?1, ?2, ?3, ?4, ?5, ?6)");
            insert.Text(1, decision.Id).Text(2, tenant).Text(3, decision.Agent).Int(4, decision.At.UnixMilliseconds)
                .Text(5, decision.Program).Blob(6, decision.Stored.Span).Run();
        }

        foreach (var effect in commit.Effects)
        {
            using var insert = transaction.Use("insert into effects (decision, agent, at, program, receipt) values (?1, ?2, ?3, ?4, ?5)");
            insert.Text(1, effect.DecisionId).Text(2, effect.Agent).Int(3, effect.At.UnixMilliseconds)
                .Text(4, effect.Program).Blob(5, effect.Stored.Span).Run();
        }
    }

    int WriteOutbox(WriteTransaction transaction)
    {
        var waiting = 0;
        foreach (var row in commit.Outbox)
        {
            waiting -= Remove(transaction, row.DecisionId);
            using var insert = transaction.Use("insert into outbox (decision, agent, channel, due, status, attempts) values (?1, ?2, ?3, ?4, ?5, ?6)");
            insert.Text(1, row.DecisionId).Text(2, row.Agent).Text(3, row.Channel).Int(4, row.Due.UnixMilliseconds).Int(5, (int)row.Status).Int(6, row.Attempts).Run();
            waiting += row.Status == OutboxStatus.Waiting ? 1 : 0;
        }

        foreach (var done in commit.OutboxDone)
        {
            waiting -= Remove(transaction, done);
        }

        return waiting;
    }

    static int Remove(WriteTransaction transaction, string decision)
    {
        using var delete = transaction.Use("delete from outbox where decision = ?1 returning status");
        return delete.Text(1, decision).Step() && delete.Int(0) == (int)OutboxStatus.Waiting ? 1 : 0;
    }
}

/// <summary>Place of a journal row: number of the agent and of the first entry in one number.</summary>
internal static class JournalPlace
{
    public static long Of(long agent, long entry) => checked((agent << 32) + Math.Min(entry, uint.MaxValue));

    public static long EntryOf(long place) => place & uint.MaxValue;
}
