using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Commits;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;
using Npgsql;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>The agents that live on one server.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    const int MostSteps = 1_024;
    const long MostBytes = 8 << 20;

    readonly DatabaseServer server;
    readonly AgentReads reads;
    readonly CommitLane<AgentStep>[] lanes;

    public AgentServer(DatabaseServer server, int lanes)
    {
        this.server = server;
        reads = new AgentReads(server);
        var writer = new AgentWriter(server);
        this.lanes = [.. Enumerable.Range(0, lanes).Select(lane => new CommitLane<AgentStep>($"postgres agents {lane}", MostSteps, MostBytes, writer.Write))];
    }

    public ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop) => reads.ReadAsync(key, stop);

    public ValueTask<List<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop) => reads.ReadManyAsync(keys, stop);

    public async ValueTask<long> CommitAsync(AgentCommit commit, CancellationToken stop)
    {
        var step = new AgentStep(commit);

        // An agent always has the same writer, so its steps neither overtake nor wait for each other.
        await lanes[StableHash.Of(step.Key) % (ulong)lanes.Length].AddAsync(step, stop).ConfigureAwait(false);
        return await step.Done.ConfigureAwait(false);
    }

    public ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop) => AgentErasing.RunAsync(server, erasure, null, stop);

    public ValueTask<List<DueAgent>> DueAsync(int shard, Instant upTo, int limit, CancellationToken stop) => server.ListAsync(
        "select key, due from agents where shard = $1 and due <= $2 order by due, key limit $3",
        values => values.Put(shard).Put(upTo.UnixMilliseconds).Put(limit), row => new DueAgent(row.Text(0), new Instant(row.GetInt64(1))), stop);

    // Steps from shard to shard along the index: two look-ups for each instead of a scan.
    public ValueTask<long?> FirstDueAsync(CancellationToken stop) => server.FirstAsync(
        """
        with recursive shards (shard) as (
            (select a.shard from agents a where a.due is not null order by a.shard limit 1)
            union all
            select (select a.shard from agents a where a.due is not null and a.shard > s.shard order by a.shard limit 1) from shards s where s.shard is not null)
        select min((select a.due from agents a where a.shard = s.shard and a.due is not null order by a.due limit 1)) from shards s where s.shard is not null
        """, _ => { }, Moment, stop);

    public ValueTask<List<OutboxRow>> OutboxDueAsync(Instant upTo, int limit, CancellationToken stop) => server.ListAsync(
        "select decision, agent, channel, due, status, attempts from outbox where status = 1 and due <= $1 order by due, decision limit $2",
        values => values.Put(upTo.UnixMilliseconds).Put(limit), Outbox, stop);

    public ValueTask<long?> FirstOutboxDueAsync(CancellationToken stop) => server.FirstAsync("select min(due) from outbox where status = 1", _ => { }, Moment, stop);

    public ValueTask<List<OutboxRow>> OutboxInFlightAsync(CancellationToken stop) => server.ListAsync(
        "select decision, agent, channel, due, status, attempts from outbox where status = 2 order by decision", _ => { }, Outbox, stop);

    /// <summary>Agents of the panel behind a rank and key, with their ranks.</summary>
    public ValueTask<List<(StoredAgent Agent, long Rank)>> PanelAsync(string tenant, long rank, string key, int size, CancellationToken stop) => server.ListAsync(
        """
        select key, version, record, panel_rank from agents
        where tenant = $1 and (panel_rank, key) > ($2, $3) order by panel_rank, key limit $4
        """,
        values => values.Text(KeyTenant.Escaped(tenant)).Put(rank).Text(key).Put(size),
        row => (new StoredAgent(row.Text(0), row.GetInt64(1), row.Blob(2)), row.GetInt64(3)), stop);

    /// <summary>Places of the panel.</summary>
    public ValueTask<List<PanelPlace>> PanelPlacesAsync(string tenant, int size, CancellationToken stop) => server.ListAsync(
        "select key, panel_rank, version from agents where tenant = $1 order by panel_rank, key limit $2",
        values => values.Text(KeyTenant.Escaped(tenant)).Put(size),
        row => new PanelPlace(row.Text(0), row.GetInt64(1), row.GetInt64(2), null), stop);

    public ValueTask<List<JournalRow>> JournalAsync(string key, long before, int limit, CancellationToken stop) => server.ListAsync(
        """
        select first, count, entries from journal where agent = (select number from agents where key = $1) and first < $2 order by first desc limit $3
        """, values => values.Text(key).Put(before).Put(limit), row => new JournalRow(row.GetInt64(0), row.GetInt32(1), row.Blob(2)), stop);

    public ValueTask<StoredDecision?> DecisionAsync(string decisionId, CancellationToken stop) => server.FirstAsync(
        "select id, agent, at, program, record from decisions where id = $1", values => values.Text(decisionId), Decision, stop);

    public ValueTask<StoredEffect?> EffectAsync(string decisionId, CancellationToken stop) => server.FirstAsync(
        "select agent, at, program, receipt from effects where decision = $1", values => values.Text(decisionId),
        row => new StoredEffect(decisionId, row.Text(0), new Instant(row.GetInt64(1)), row.Text(2), row.Blob(3)), stop);

    public ValueTask<List<StoredDecision>> RecentDecisionsAsync(string tenant, Instant before, string? beforeId, int limit, CancellationToken stop) => server.ListAsync(
        "select id, agent, at, program, record from decisions where tenant = $1 and (at, id) < ($2, $3) order by at desc, id desc limit $4",
        values => values.Text(KeyTenant.Escaped(tenant)).Put(before.UnixMilliseconds).Text(beforeId ?? "").Put(limit), Decision, stop);

    // No byte of UTF-8 is 0xFF, so the prefix with one behind it ends the range.
    public ValueTask<List<string>> FindAsync(string keyPrefix, string? after, int limit, CancellationToken stop) => server.ListAsync(
        "select key from agents where key >= $1 and key > $2 and key < $3 order by key limit $4",
        values => values.Text(keyPrefix).Text(after ?? "").Put<byte[]>([.. PostgresText.Bytes(keyPrefix), 0xFF]).Put(limit), row => row.Text(0), stop);

    public async ValueTask<StoreTotals> TotalsAsync(string tenant, CancellationToken stop) => await server.FirstAsync(
        "select coalesce(sum(agents), 0)::bigint, coalesce(sum(decisions), 0)::bigint, coalesce(sum(effects), 0)::bigint, coalesce(sum(waiting), 0)::bigint from totals where tenant = $1",
        values => values.Text(KeyTenant.Escaped(tenant)), row => new StoreTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), stop).ConfigureAwait(false)
        ?? new StoreTotals(0, 0, 0, 0);

    /// <summary>Writes what is queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(lanes.Select(lane => lane.EndAsync())).ConfigureAwait(false);
        await reads.DisposeAsync().ConfigureAwait(false);
    }

    static long? Moment(NpgsqlDataReader row) => row.IsDBNull(0) ? null : row.GetInt64(0);

    static OutboxRow Outbox(NpgsqlDataReader row) =>
        new(row.Text(0), row.Text(1), row.Text(2), new Instant(row.GetInt64(3)), (OutboxStatus)row.GetInt16(4), row.GetInt32(5));

    static StoredDecision Decision(NpgsqlDataReader row) => new(row.Text(0), row.Text(1), new Instant(row.GetInt64(2)), row.Text(3), row.Blob(4));
}
