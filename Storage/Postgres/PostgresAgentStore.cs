using System.Runtime.CompilerServices;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Postgres;

/// <summary>
/// Agents on PostgreSQL, each with all that is its own on the server of its partition. What is asked by an agent's key goes there; the
/// rest is asked of every server and merged.
/// </summary>
public sealed class PostgresAgentStore(PostgresDatabase database) : IAgentStore
{
    const int PanelPage = 256;

    /// <inheritdoc/>
    public ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop) => ServerOf(key).ReadAsync(key, stop);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (database.Agents is [var only])
        {
            return await only.ReadManyAsync(keys, stop).ConfigureAwait(false);
        }

        var groups = keys.Distinct(StringComparer.Ordinal).GroupBy(ServerOf).Select(of => of.Key.ReadManyAsync([.. of], stop).AsTask());
        var found = (await Task.WhenAll(groups).ConfigureAwait(false)).SelectMany(some => some).ToDictionary(one => one.Key, StringComparer.Ordinal);
        return [.. keys.Where(found.ContainsKey).Select(key => found[key])];
    }

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">Whether it was stored is not known; read the agent again.</exception>
    public ValueTask<long> CommitAsync(AgentCommit commit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return ServerOf(commit.Key).CommitAsync(commit, stop);
    }

    /// <inheritdoc/>
    public ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return ServerOf(erasure.Key).EraseAsync(erasure, stop);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DueAgent>> DueAsync(int partition, Instant upTo, int limit, CancellationToken stop) =>
        [.. (await AskAsync(server => server.DueAsync(partition, upTo, limit, stop)).ConfigureAwait(false))
            .SelectMany(some => some).OrderBy(one => one.Due).ThenBy(one => one.Key, Utf8Order.Texts).Take(limit)];

    /// <inheritdoc/>
    public async ValueTask<Instant?> FirstDueAsync(CancellationToken stop) => Earliest(await AskAsync(server => server.FirstDueAsync(stop)).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OutboxRow>> OutboxDueAsync(Instant upTo, int limit, CancellationToken stop) =>
        [.. (await AskAsync(server => server.OutboxDueAsync(upTo, limit, stop)).ConfigureAwait(false))
            .SelectMany(some => some).OrderBy(one => one.Due).ThenBy(one => one.DecisionId, Utf8Order.Texts).Take(limit)];

    /// <inheritdoc/>
    public async ValueTask<Instant?> FirstOutboxDueAsync(CancellationToken stop) => Earliest(await AskAsync(server => server.FirstOutboxDueAsync(stop)).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OutboxRow>> OutboxInFlightAsync(CancellationToken stop) =>
        [.. (await AskAsync(server => server.OutboxInFlightAsync(stop)).ConfigureAwait(false)).SelectMany(some => some).OrderBy(one => one.DecisionId, Utf8Order.Texts)];

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredAgent> PanelAsync(string tenant, int size, [EnumeratorCancellation] CancellationToken stop)
    {
        // Rank and key of an agent never change, so pages join without a gap while others write.
        var (rank, key, left) = (long.MinValue, "", size);
        while (left > 0)
        {
            var want = Math.Min(left, PanelPage);
            var pages = await AskAsync(server => server.PanelAsync(tenant, rank, key, want, stop)).ConfigureAwait(false);
            var page = pages.SelectMany(some => some).OrderBy(one => one.Rank).ThenBy(one => one.Agent.Key, Utf8Order.Texts).Take(want).ToArray();
            foreach (var (agent, _) in page)
            {
                yield return agent;
            }

            if (page.Length < want)
            {
                yield break;
            }

            left -= page.Length;
            (rank, key) = (page[^1].Rank, page[^1].Agent.Key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PanelPlace>> PanelPlacesAsync(string tenant, int size, CancellationToken stop) =>
        [.. (await AskAsync(server => server.PanelPlacesAsync(tenant, size, stop)).ConfigureAwait(false))
            .SelectMany(some => some).OrderBy(one => one.Rank).ThenBy(one => one.Key, Utf8Order.Texts).Take(size)];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalRow>> JournalAsync(string key, long before, int limit, CancellationToken stop) =>
        await ServerOf(key).JournalAsync(key, before, limit, stop).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<StoredDecision?> DecisionAsync(string decisionId, CancellationToken stop) =>
        (await AskAsync(server => server.DecisionAsync(decisionId, stop)).ConfigureAwait(false)).FirstOrDefault(one => one is not null);

    /// <inheritdoc/>
    public async ValueTask<StoredEffect?> EffectAsync(string decisionId, CancellationToken stop) =>
        (await AskAsync(server => server.EffectAsync(decisionId, stop)).ConfigureAwait(false)).FirstOrDefault(one => one is not null);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredDecision>> RecentDecisionsAsync(string tenant, Instant before, string? beforeId, int limit, CancellationToken stop) =>
        [.. (await AskAsync(server => server.RecentDecisionsAsync(tenant, before, beforeId, limit, stop)).ConfigureAwait(false))
            .SelectMany(some => some).OrderByDescending(one => one.At).ThenByDescending(one => one.Id, Utf8Order.Texts).Take(limit)];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> FindAsync(string keyPrefix, string? after, int limit, CancellationToken stop) =>
        [.. (await AskAsync(server => server.FindAsync(keyPrefix, after, limit, stop)).ConfigureAwait(false)).SelectMany(some => some).Order(Utf8Order.Texts).Take(limit)];

    /// <inheritdoc/>
    public async ValueTask<StoreTotals> TotalsAsync(string tenant, CancellationToken stop)
    {
        var all = await AskAsync(server => server.TotalsAsync(tenant, stop)).ConfigureAwait(false);
        return new StoreTotals(all.Sum(one => one.Agents), all.Sum(one => one.Decisions), all.Sum(one => one.Effects), all.Sum(one => one.OutboxWaiting));
    }

    AgentServer ServerOf(string key) => database.Agents is [var only] ? only : database.Agents[database.ServerOf(Partitioning.OfKey(key, database.Options.Partitions))];

    async ValueTask<T[]> AskAsync<T>(Func<AgentServer, ValueTask<T>> ask) => database.Agents is [var only]
        ? [await ask(only).ConfigureAwait(false)]
        : await Task.WhenAll(database.Agents.Select(server => ask(server).AsTask())).ConfigureAwait(false);

    static Instant? Earliest(long?[] moments) => moments.Min() is { } first ? new Instant(first) : null;
}
