using System.Runtime.CompilerServices;
using System.Text;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Sqlite;

/// <summary>
/// Agents in the embedded store. Writes share the group commit; reads run on the caller's thread, since a read by key costs less
/// than handing it to another one.
/// </summary>
public sealed class SqliteAgentStore(SqliteDatabase database) : IAgentStore
{
    const int PanelPage = 256;

    /// <inheritdoc/>
    public ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select version, record from agents where key = ?1");
        return ValueTask.FromResult(row.Text(1, key).Step() ? new StoredAgent(key, row.Int(0), row.Blob(1).ToArray()) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(keys);
        using var reader = database.Read(stop);
        var all = new List<StoredAgent>(keys.Count);
        foreach (var key in keys)
        {
            using var row = reader.Use("select version, record from agents where key = ?1");
            if (row.Text(1, key).Step())
            {
                all.Add(new StoredAgent(key, row.Int(0), row.Blob(1).ToArray()));
            }
        }

        return ValueTask.FromResult<IReadOnlyList<StoredAgent>>(all);
    }

    /// <inheritdoc/>
    public ValueTask<long> CommitAsync(AgentCommit commit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return database.WriteAsync(new AgentWork(commit), stop);
    }

    /// <inheritdoc/>
    public ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return database.WriteAsync(new AgentErasing(erasure, null), stop);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueAgent>> DueAsync(int partition, Instant upTo, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select key, due from agents where shard = ?1 and due <= ?2 order by due, key limit ?3");
        rows.Int(1, partition).Int(2, upTo.UnixMilliseconds).Int(3, limit);
        return Collect(rows, row => new DueAgent(row.Text(0), new Instant(row.Int(1))));
    }

    /// <inheritdoc/>
    public ValueTask<Instant?> FirstDueAsync(CancellationToken stop)
    {
        // Steps from shard to shard along the index: two look-ups for each instead of a scan.
        using var reader = database.Read(stop);
        using var row = reader.Use("""
            with recursive shards (shard) as (
                select min(shard) from agents where due is not null
                union all
                select (select min(a.shard) from agents a where a.due is not null and a.shard > s.shard) from shards s where s.shard is not null)
            select min((select a.due from agents a where a.shard = s.shard and a.due is not null order by a.due limit 1)) from shards s where s.shard is not null
            """);
        return ValueTask.FromResult(Moment(row));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxRow>> OutboxDueAsync(Instant upTo, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select decision, agent, channel, due, status, attempts from outbox where status = 1 and due <= ?1 order by due, decision limit ?2");
        rows.Int(1, upTo.UnixMilliseconds).Int(2, limit);
        return Collect(rows, Outbox);
    }

    /// <inheritdoc/>
    public ValueTask<Instant?> FirstOutboxDueAsync(CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select min(due) from outbox where status = 1");
        return ValueTask.FromResult(Moment(row));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxRow>> OutboxInFlightAsync(CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select decision, agent, channel, due, status, attempts from outbox where status = 2 order by decision");
        return Collect(rows, Outbox);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredAgent> PanelAsync(string tenant, int size, [EnumeratorCancellation] CancellationToken stop)
    {
        // Rank and key of an agent never change, so pages join without a gap while others write.
        var (rank, key, left) = (long.MinValue, "", size);
        while (left > 0)
        {
            var page = PanelPageAfter(KeyTenant.Escaped(tenant), rank, key, Math.Min(left, PanelPage), stop);
            foreach (var (agent, _) in page)
            {
                yield return agent;
            }

            if (page.Count < Math.Min(left, PanelPage))
            {
                yield break;
            }

            left -= page.Count;
            (rank, key) = (page[^1].Rank, page[^1].Agent.Key);
            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PanelPlace>> PanelPlacesAsync(string tenant, int size, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("select key, panel_rank, version from agents where tenant = ?1 order by panel_rank, key limit ?2");
        rows.Text(1, KeyTenant.Escaped(tenant)).Int(2, size);
        return Collect(rows, row => new PanelPlace(row.Text(0), row.Int(1), row.Int(2), null));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalRow>> JournalAsync(string key, long before, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var agent = reader.Use("select number from agents where key = ?1");
        if (!agent.Text(1, key).Step())
        {
            return ValueTask.FromResult<IReadOnlyList<JournalRow>>([]);
        }

        using var rows = reader.Use("select place, count, entries from journal where place > ?1 and place < ?2 order by place desc limit ?3");
        rows.Int(1, JournalPlace.Of(agent.Int(0), 0)).Int(2, JournalPlace.Of(agent.Int(0), before)).Int(3, limit);
        return Collect(rows, row => new JournalRow(JournalPlace.EntryOf(row.Int(0)), (int)row.Int(1), row.Blob(2).ToArray()));
    }

    /// <inheritdoc/>
    public ValueTask<StoredDecision?> DecisionAsync(string decisionId, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select id, agent, at, program, record from decisions where id = ?1");
        return ValueTask.FromResult(row.Text(1, decisionId).Step() ? Decision(row) : null);
    }

    /// <inheritdoc/>
    public ValueTask<StoredEffect?> EffectAsync(string decisionId, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select agent, at, program, receipt from effects where decision = ?1");
        return ValueTask.FromResult(row.Text(1, decisionId).Step()
            ? new StoredEffect(decisionId, row.Text(0), new Instant(row.Int(1)), row.Text(2), row.Blob(3).ToArray())
            : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredDecision>> RecentDecisionsAsync(string tenant, Instant before, string? beforeId, int limit, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("""
            select id, agent, at, program, record from decisions where tenant = ?1 and (at, id) < (?2, ?3) order by at desc, id desc limit ?4
            """);
        rows.Text(1, KeyTenant.Escaped(tenant)).Int(2, before.UnixMilliseconds).Text(3, beforeId ?? "").Int(4, limit);
        return Collect(rows, Decision);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> FindAsync(string keyPrefix, string? after, int limit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(keyPrefix);
        using var reader = database.Read(stop);
        using var rows = reader.Use("select key from agents where key >= ?1 and key > ?2 and key < ?3 order by key limit ?4");

        // No byte of UTF-8 is 0xFF, so the prefix with one behind it ends the range.
        rows.Text(1, keyPrefix).Text(2, after ?? "").Blob(3, [.. Encoding.UTF8.GetBytes(keyPrefix), 0xFF]).Int(4, limit);
        return Collect(rows, row => row.Text(0));
    }

    /// <inheritdoc/>
    public ValueTask<StoreTotals> TotalsAsync(string tenant, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var row = reader.Use("select agents, decisions, effects, waiting from totals where tenant = ?1");
        return ValueTask.FromResult(row.Text(1, KeyTenant.Escaped(tenant)).Step() ? new StoreTotals(row.Int(0), row.Int(1), row.Int(2), row.Int(3)) : new StoreTotals(0, 0, 0, 0));
    }

    List<(StoredAgent Agent, long Rank)> PanelPageAfter(string tenant, long rank, string key, int size, CancellationToken stop)
    {
        using var reader = database.Read(stop);
        using var rows = reader.Use("""
            select key, version, record, panel_rank from agents
            where tenant = ?1 and panel_rank >= ?2 and (panel_rank > ?2 or key > ?3) order by panel_rank, key limit ?4
            """);
        rows.Text(1, tenant).Int(2, rank).Text(3, key).Int(4, size);
        var page = new List<(StoredAgent, long)>();
        while (rows.Step())
        {
            page.Add((new StoredAgent(rows.Text(0), rows.Int(1), rows.Blob(2).ToArray()), rows.Int(3)));
        }

        return page;
    }

    static Instant? Moment(Statement row) => row.Step() && !row.IsNull(0) ? new Instant(row.Int(0)) : null;

    static OutboxRow Outbox(Statement row) =>
        new(row.Text(0), row.Text(1), row.Text(2), new Instant(row.Int(3)), (OutboxStatus)row.Int(4), (int)row.Int(5));

    static StoredDecision Decision(Statement row) => new(row.Text(0), row.Text(1), new Instant(row.Int(2)), row.Text(3), row.Blob(4).ToArray());

    static ValueTask<IReadOnlyList<T>> Collect<T>(Statement rows, Func<Statement, T> read)
    {
        var all = new List<T>();
        while (rows.Step())
        {
            all.Add(read(rows));
        }

        return ValueTask.FromResult<IReadOnlyList<T>>(all);
    }
}
