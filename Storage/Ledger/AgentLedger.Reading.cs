using Aampe.Agents.Storage.Log;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <content>Questions over many agents: rows, and what is ahead of them.</content>
public sealed partial class AgentLedger
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DueAgent>> DueAsync(int partition, Instant upTo, int limit, CancellationToken stop)
    {
        var ahead = all[partition].Dues();
        var due = await FirstAsync(limit, many => rows.DueAsync(partition, upTo, many, stop), one => !ahead.ContainsKey(one.Key)).ConfigureAwait(false);
        due.AddRange(ahead.Where(pair => pair.Value <= upTo).Select(pair => new DueAgent(pair.Key, pair.Value!.Value)));
        return [.. due.OrderBy(one => one.Due).ThenBy(one => one.Key, Utf8Order.Texts).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask<Instant?> FirstDueAsync(CancellationToken stop)
    {
        Instant? first = null;
        for (var partition = 0; partition < partitions; partition++)
        {
            if (await DueAsync(partition, Instant.Latest, 1, stop).ConfigureAwait(false) is [var one])
            {
                first = first is { } known ? Instant.Min(known, one.Due) : one.Due;
            }
        }

        return first;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OutboxRow>> OutboxDueAsync(Instant upTo, int limit, CancellationToken stop)
    {
        var ahead = OutboxAhead();
        var due = await FirstAsync(limit, many => rows.OutboxDueAsync(upTo, many, stop), row => !ahead.ContainsKey(row.DecisionId)).ConfigureAwait(false);
        due.AddRange(ahead.Values.OfType<OutboxRow>().Where(row => row.Status == OutboxStatus.Waiting && row.Due <= upTo));
        return [.. due.OrderBy(row => row.Due).ThenBy(row => row.DecisionId, Utf8Order.Texts).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask<Instant?> FirstOutboxDueAsync(CancellationToken stop) => await OutboxDueAsync(Instant.Latest, 1, stop).ConfigureAwait(false) is [var first] ? first.Due : null;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OutboxRow>> OutboxInFlightAsync(CancellationToken stop)
    {
        var ahead = OutboxAhead();
        var stored = await rows.OutboxInFlightAsync(stop).ConfigureAwait(false);
        return [.. stored.Where(row => !ahead.ContainsKey(row.DecisionId))
            .Concat(ahead.Values.OfType<OutboxRow>().Where(row => row.Status == OutboxStatus.InFlight))
            .OrderBy(row => row.DecisionId, Utf8Order.Texts)];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredAgent> PanelAsync(string tenant, int size, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await CheckpointAsync(stop).ConfigureAwait(false);
        await foreach (var agent in rows.PanelAsync(tenant, size, stop).ConfigureAwait(false))
        {
            yield return agent;
        }
    }

    /// <inheritdoc/>
    /// <remarks>What is ahead of rows is told as it is, so no row has to be written for it.</remarks>
    public async ValueTask<IReadOnlyList<PanelPlace>> PanelPlacesAsync(string tenant, int size, CancellationToken stop)
    {
        // Before the rows: what is written meanwhile is then in both, and the newer counts.
        var prefix = KeyTenant.Escaped(tenant) + "/";
        var (ahead, fresh) = (new Dictionary<string, PanelPlace>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var partition in all)
        {
            partition.Panel(prefix, ahead, fresh);
        }

        var stored = await rows.PanelPlacesAsync(tenant, size, stop).ConfigureAwait(false);
        var places = new List<PanelPlace>(stored.Count + fresh.Count);
        foreach (var place in stored)
        {
            fresh.Remove(place.Key);
            places.Add(ahead.TryGetValue(place.Key, out var held) && held.Version >= place.Version ? held : place);
        }

        if (fresh.Count > 0)
        {
            places.AddRange(fresh.Select(key => ahead[key]));
            places = [.. places.OrderBy(place => place.Rank).ThenBy(place => place.Key, Utf8Order.Texts).Take(size)];
        }

        var last = places.Count < size ? long.MaxValue : places is [.., var end] ? end.Rank : long.MinValue;
        foreach (var partition in all)
        {
            partition.KeepPanel(last);
        }

        return places;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalRow>> JournalAsync(string key, long before, int limit, CancellationToken stop)
    {
        var partition = all[Partitioning.OfKey(key, partitions)];
        if (partition.IsAhead(key))
        {
            await partition.CheckpointAsync(key, stop).ConfigureAwait(false);
        }

        return await rows.JournalAsync(key, before, limit, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StoredDecision?> DecisionAsync(string decisionId, CancellationToken stop) =>
        decisions.TryGetValue(decisionId, out var held) ? ValueTask.FromResult<StoredDecision?>(held) : rows.DecisionAsync(decisionId, stop);

    /// <inheritdoc/>
    public ValueTask<StoredEffect?> EffectAsync(string decisionId, CancellationToken stop) =>
        effects.TryGetValue(decisionId, out var held) ? ValueTask.FromResult<StoredEffect?>(held) : rows.EffectAsync(decisionId, stop);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredDecision>> RecentDecisionsAsync(string tenant, Instant before, string? beforeId, int limit, CancellationToken stop)
    {
        var prefix = KeyTenant.Escaped(tenant) + "/";
        var ahead = decisions.Values.Where(one => one.Agent.StartsWith(prefix, StringComparison.Ordinal) && IsBefore(one, before, beforeId)).ToList();
        var known = ahead.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var stored = await rows.RecentDecisionsAsync(tenant, before, beforeId, limit, stop).ConfigureAwait(false);
        return [.. ahead.Concat(stored.Where(one => !known.Contains(one.Id))).OrderByDescending(one => one.At).ThenByDescending(one => one.Id, Utf8Order.Texts).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> FindAsync(string keyPrefix, string? after, int limit, CancellationToken stop)
    {
        var fresh = all.SelectMany(partition => partition.NewKeys())
            .Where(key => key.StartsWith(keyPrefix, StringComparison.Ordinal) && (after is null || Utf8Order.Texts.Compare(key, after) > 0));
        var stored = await rows.FindAsync(keyPrefix, after, limit, stop).ConfigureAwait(false);
        return [.. stored.Union(fresh, StringComparer.Ordinal).Order(Utf8Order.Texts).Take(limit)];
    }

    /// <inheritdoc/>
    /// <remarks>Rows of the outbox are counted as of the last checkpoint.</remarks>
    public async ValueTask<StoreTotals> TotalsAsync(string tenant, CancellationToken stop)
    {
        var stored = await rows.TotalsAsync(tenant, stop).ConfigureAwait(false);
        var prefix = KeyTenant.Escaped(tenant) + "/";
        foreach (var partition in all)
        {
            var ahead = partition.Ahead(prefix);
            stored = stored with { Agents = stored.Agents + ahead.Agents, Decisions = stored.Decisions + ahead.Decisions, Effects = stored.Effects + ahead.Effects };
        }

        return stored;
    }

    static bool IsBefore(StoredDecision one, Instant before, string? beforeId) =>
        one.At < before || (one.At == before && beforeId is not null && Utf8Order.Texts.Compare(one.Id, beforeId) < 0);

    // Rows that are overtaken make room for others: ask for more until enough remain.
    static async ValueTask<List<T>> FirstAsync<T>(int limit, Func<int, ValueTask<IReadOnlyList<T>>> ask, Func<T, bool> holds)
    {
        for (var many = limit; ; many = (int)Math.Min(int.MaxValue, many * 2L))
        {
            var found = await ask(many).ConfigureAwait(false);
            var good = found.Where(holds).ToList();
            if (good.Count >= limit || found.Count < many)
            {
                return good;
            }
        }
    }

    Dictionary<string, OutboxRow?> OutboxAhead()
    {
        var ahead = new Dictionary<string, OutboxRow?>(StringComparer.Ordinal);
        foreach (var partition in all)
        {
            partition.Outbox(ahead);
        }

        return ahead;
    }
}
