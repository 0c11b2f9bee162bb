using Aampe.Agents.Core.Time;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>
/// One partition in the hands of its owner. Agents that are ahead of their rows are held here; steps with an outside effect are answered once the
/// ledger has them, derived ones at once. A checkpoint brings rows, cursor and ledger together again. Whatever fails to be written closes the
/// partition: what is held may be ahead of what is durable, so it is let go and read anew under the next term.
/// </summary>
/// <param name="partition">Partition.</param>
/// <param name="rows">Where rows are read.</param>
/// <param name="ledger">Where everything is written.</param>
/// <param name="time">For ages and patience.</param>
/// <param name="settled">Told of steps that are no longer ahead of rows: stored, or let go.</param>
internal sealed class LedgerPartition(int partition, IAgentStore rows, IAgentLedger ledger, TimeProvider time, Action<IEnumerable<AgentCommit>> settled) : IDisposable
{
    const int ChunkAgents = 1_000;

    readonly Lock sync = new();
    readonly SemaphoreSlim checkpointing = new(1);
    Dictionary<string, HeldAgent> held = new(StringComparer.Ordinal);
    Dictionary<string, HeldAgent> storing = new(StringComparer.Ordinal);

    // The few steps among them that touch the outbox, which is looked at many times a second.
    List<AgentCommit> heldOutbox = [], storingOutbox = [];
    List<ReadOnlyMemory<byte>> waiting = [];

    // States of agents of the panel whose rows were written since somebody asked for it last: only the owner writes a row, so a row has just this state.
    readonly Dictionary<string, PanelPlace> written = new(StringComparer.Ordinal);
    long lastOfPanel = long.MinValue;
    TaskCompletionSource round = NewRound();
    TaskCompletionSource<long> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool open, appending;
    Tenure tenure;
    long sequence, applied, committed, heldSince;
    Exception? fault;

    /// <summary>Agents that are ahead of their rows.</summary>
    public int Held
    {
        get
        {
            lock (sync)
            {
                return held.Count + storing.Count;
            }
        }
    }

    /// <summary>Whether a checkpoint is wanted.</summary>
    public bool IsDue(LedgerOptions options)
    {
        lock (sync)
        {
            return open && (held.Count > 0 || applied > committed) && (held.Count >= options.Agents || time.GetElapsedTime(heldSince) >= options.Age);
        }
    }

    /// <summary>The term, once the partition is open.</summary>
    public async ValueTask<long> TermAsync(TimeSpan patience, CancellationToken stop)
    {
        Task<long> wait;
        lock (sync)
        {
            if (open)
            {
                return tenure.Term;
            }

            wait = opened.Task;
        }

        try
        {
            return await wait.WaitAsync(patience, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new PartitionLostException(partition);
        }
    }

    /// <summary>Takes the partition: brings the rows up to the ledger, then serves.</summary>
    public async ValueTask OpenAsync(Tenure taken, long cursor, CancellationToken stop)
    {
        Close(new PartitionLostException(partition));
        var tail = await ledger.TailAsync(partition, stop).ConfigureAwait(false);
        var last = tail.Count > 0 ? tail[^1].Sequence : 0;
        if (tail.Count > 0)
        {
            await ledger.CheckpointAsync(taken, await LedgerRecovery.OfAsync(partition, tail, rows, stop).ConfigureAwait(false), null, last, stop).ConfigureAwait(false);
        }

        lock (sync)
        {
            (tenure, sequence, applied, committed, fault, open) = (taken, last, cursor, cursor, null, true);
            heldSince = time.GetTimestamp();
            opened.TrySetResult(taken.Term);
        }
    }

    /// <summary>Lets go of everything that is held.</summary>
    public void Close(Exception why)
    {
        TaskCompletionSource? cut;
        List<AgentCommit> dropped;
        lock (sync)
        {
            if (!open)
            {
                return;
            }

            (open, appending, fault) = (false, false, why);
            dropped = [.. storing.Values.Concat(held.Values).SelectMany(agent => agent.Steps)];
            held = new(StringComparer.Ordinal);
            storing = new(StringComparer.Ordinal);
            (heldOutbox, storingOutbox) = ([], []);
            waiting = [];
            written.Clear();
            (cut, round) = (round, NewRound());
            opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        settled(dropped);
        cut.TrySetException(why);
        // Nobody may be waiting for it.
        _ = cut.Task.Exception;
    }

    /// <summary>Whether it is open under a term.</summary>
    public bool Serves(long readersTerm)
    {
        lock (sync)
        {
            return open && tenure.Term == readersTerm;
        }
    }

    /// <summary>Throws why the partition is closed, if it is.</summary>
    public void Check(long readersTerm)
    {
        lock (sync)
        {
            if (!open || tenure.Term != readersTerm)
            {
                throw fault ?? new PartitionLostException(partition);
            }
        }
    }

    /// <summary>Everything before an offset is in the agents.</summary>
    public void Applied(long next)
    {
        lock (sync)
        {
            applied = Math.Max(applied, next);
        }
    }

    /// <summary>Takes a step of an agent.</summary>
    public ValueTask<long> CommitAsync(AgentCommit commit)
    {
        Task durable;
        long version;
        var packed = commit.Derived ? default : LedgerPack.Pack(commit);
        lock (sync)
        {
            if (!open || commit.Term != tenure.Term)
            {
                throw new PartitionLostException(partition);
            }

            var agent = Hold(commit);
            version = agent.Version;
            if (commit.Derived)
            {
                return ValueTask.FromResult(version);
            }

            // With it goes whatever the ledger does not know of the agent yet. A checkpoint under way may fail, so what it stores is told too.
            var before = storing.TryGetValue(commit.Key, out var stored) ? stored.TakeUndurable(version) : [];
            waiting.AddRange(before.Concat(agent.TakeUndurable(version)).Where(step => !ReferenceEquals(step, commit)).Select(LedgerPack.Pack));
            waiting.Add(packed);
            durable = round.Task;
            if (!appending)
            {
                appending = true;
                _ = AppendAsync(tenure);
            }
        }

        return AfterAsync(durable, version);
    }

    /// <summary>An agent's record, where it is ahead of its row.</summary>
    public StoredAgent? Read(string key)
    {
        lock (sync)
        {
            return Find(key) is { } agent ? new StoredAgent(key, agent.Version, agent.Last.Record.Bytes) : null;
        }
    }

    /// <summary>Whether an agent is ahead of its row.</summary>
    public bool IsAhead(string key)
    {
        lock (sync)
        {
            return Find(key) is not null;
        }
    }

    /// <summary>Due moments of the agents that are ahead of their rows.</summary>
    public Dictionary<string, Instant?> Dues()
    {
        lock (sync)
        {
            var dues = new Dictionary<string, Instant?>(held.Count + storing.Count, StringComparer.Ordinal);
            foreach (var (key, agent) in storing.Concat(held))
            {
                dues[key] = agent.Last.Due;
            }

            return dues;
        }
    }

    /// <summary>What became of outbox rows that are ahead of the store's, by decision id; null = the row is gone.</summary>
    public void Outbox(Dictionary<string, OutboxRow?> into)
    {
        lock (sync)
        {
            foreach (var step in storingOutbox.Concat(heldOutbox))
            {
                foreach (var row in step.Outbox)
                {
                    into[row.DecisionId] = row;
                }

                foreach (var done in step.OutboxDone)
                {
                    into[done] = null;
                }
            }
        }
    }

    /// <summary>Agents that this process has at hand, with their states: those ahead of their rows, and those of the panel whose rows were written lately.</summary>
    /// <param name="keyPrefix">What keys of the tenant begin with.</param>
    /// <param name="places">Takes them.</param>
    /// <param name="fresh">Takes the keys of those that have no row yet.</param>
    public void Panel(string keyPrefix, Dictionary<string, PanelPlace> places, HashSet<string> fresh)
    {
        lock (sync)
        {
            foreach (var (key, place) in written)
            {
                if (key.StartsWith(keyPrefix, StringComparison.Ordinal))
                {
                    places[key] = place;
                }
            }

            foreach (var (key, agent) in storing.Concat(held))
            {
                if (key.StartsWith(keyPrefix, StringComparison.Ordinal))
                {
                    places[key] = agent.Place(key);
                    if (agent.Stored == 0)
                    {
                        fresh.Add(key);
                    }
                }
            }
        }
    }

    /// <summary>The panel has been asked for and will be again: states of its agents are kept when their rows are written.</summary>
    /// <param name="lastRank">Rank of its last place.</param>
    public void KeepPanel(long lastRank)
    {
        lock (sync)
        {
            written.Clear();
            lastOfPanel = lastRank;
        }
    }

    /// <summary>Keys of agents that have no row yet.</summary>
    public IReadOnlyList<string> NewKeys()
    {
        lock (sync)
        {
            return [.. storing.Concat(held).Where(pair => pair.Value.Stored == 0).Select(pair => pair.Key)];
        }
    }

    /// <summary>Decisions, effects and agents of a tenant that the rows do not have.</summary>
    /// <param name="keyPrefix">What keys of the tenant begin with.</param>
    public (int Decisions, int Effects, int Agents) Ahead(string keyPrefix)
    {
        lock (sync)
        {
            var agents = storing.Concat(held).Where(pair => pair.Key.StartsWith(keyPrefix, StringComparison.Ordinal)).ToList();
            var steps = agents.SelectMany(pair => pair.Value.Steps).ToList();
            return (steps.Sum(step => step.Decisions.Count), steps.Sum(step => step.Effects.Count), agents.Count(pair => pair.Value.Stored == 0));
        }
    }

    /// <summary>Writes rows, then moves the cursor and shortens the ledger.</summary>
    /// <param name="only">Only this agent's row; null = all, and the cursor.</param>
    /// <param name="stop">Ends the wait before it began.</param>
    /// <param name="shorten">The ledger is shortened even where no row is behind: it may still tell what rows have had for a while.</param>
    public async ValueTask CheckpointAsync(string? only, CancellationToken stop, bool shorten = false)
    {
        await checkpointing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Tenure ours;
            long cursor, through;
            lock (sync)
            {
                if (!open || !Take(only) && (only is not null || applied == committed && !shorten))
                {
                    return;
                }

                (ours, cursor, through) = (tenure, applied, sequence);
            }

            // Nobody changes what is being stored, so it is joined and packed outside the lock; in order of key, so that two writers never wait crosswise.
            var chains = storing.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Chain()).ToList();
            await StoreAsync(ours, chains, only is null ? cursor : null, only is null ? through : null).ConfigureAwait(false);
            lock (sync)
            {
                if (open && tenure == ours)
                {
                    KeepWritten();
                    storing = new(StringComparer.Ordinal);
                    storingOutbox = [];
                    committed = only is null ? cursor : committed;
                }
            }

            settled(chains);
        }
        finally
        {
            checkpointing.Release();
        }
    }

    /// <summary>Takes an agent away that takes no step meanwhile. Behind a checkpoint of all, which leaves no row in the ledger that knows of it.</summary>
    public async ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop)
    {
        await CheckpointAsync(null, stop, shorten: true).ConfigureAwait(false);
        Tenure ours;
        lock (sync)
        {
            if (!open || erasure.Term != tenure.Term || Find(erasure.Key) is not null)
            {
                throw new PartitionLostException(partition);
            }

            ours = tenure;
            written.Remove(erasure.Key);
        }

        return await ledger.EraseAsync(ours, erasure, stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
        Close(new ObjectDisposedException(nameof(AgentLedger)));
        checkpointing.Dispose();
    }

    async ValueTask StoreAsync(Tenure ours, List<AgentCommit> chains, long? cursor, long? through)
    {
        try
        {
            for (var from = 0; from < chains.Count || from == 0; from += ChunkAgents)
            {
                var last = from + ChunkAgents >= chains.Count;
                var chunk = chains.GetRange(from, Math.Min(ChunkAgents, chains.Count - from));
                await ledger.CheckpointAsync(ours, chunk, last ? cursor : null, last ? through : null, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception why)
        {
            Close(why);
            throw;
        }
    }

    HeldAgent Hold(AgentCommit commit)
    {
        var known = Find(commit.Key);
        if (known is not null && known.Version != commit.ExpectedVersion)
        {
            throw new VersionConflictException(commit.Key, commit.ExpectedVersion);
        }

        if (!held.TryGetValue(commit.Key, out var agent))
        {
            if (held.Count == 0)
            {
                heldSince = time.GetTimestamp();
            }

            // What is being stored is as good as stored: if it fails, all of the partition is let go.
            agent = new HeldAgent(commit.ExpectedVersion);
            held.Add(commit.Key, agent);
        }

        agent.Add(commit);
        if (commit.Outbox.Count + commit.OutboxDone.Count > 0)
        {
            heldOutbox.Add(commit);
        }

        return agent;
    }

    void KeepWritten()
    {
        foreach (var (key, agent) in storing)
        {
            if (agent.Last.PanelRank <= lastOfPanel)
            {
                written[key] = agent.Place(key);
            }
        }
    }

    HeldAgent? Find(string key) => held.TryGetValue(key, out var agent) || storing.TryGetValue(key, out agent) ? agent : null;

    bool Take(string? only)
    {
        if (only is null)
        {
            (storing, held) = (held, new(StringComparer.Ordinal));
            (storingOutbox, heldOutbox) = (heldOutbox, []);
            heldSince = time.GetTimestamp();
            return storing.Count > 0;
        }

        storing = new(StringComparer.Ordinal);
        storingOutbox = heldOutbox.FindAll(step => step.Key == only);
        heldOutbox.RemoveAll(step => step.Key == only);
        return held.Remove(only, out var agent) && storing.TryAdd(only, agent);
    }

    async Task AppendAsync(Tenure ours)
    {
        await Task.Yield();
        while (true)
        {
            List<ReadOnlyMemory<byte>> entries;
            TaskCompletionSource done;
            long number;
            lock (sync)
            {
                if (!open || tenure != ours || waiting.Count == 0)
                {
                    // After a change of terms the flag belongs to the loop of the next.
                    appending &= !open || tenure != ours;
                    return;
                }

                (entries, waiting) = (waiting, []);
                (done, round) = (round, NewRound());
                number = ++sequence;
            }

            try
            {
                await ledger.AppendAsync(ours, new LedgerRow(number, LedgerPack.Row(entries)), CancellationToken.None).ConfigureAwait(false);
                done.TrySetResult();
            }
            catch (Exception why)
            {
                // Nobody knows whether it was written: the next term finds out.
                Close(why);
                done.TrySetException(why);
            }
        }
    }

    static async ValueTask<long> AfterAsync(Task durable, long version)
    {
        await durable.ConfigureAwait(false);
        return version;
    }

    static TaskCompletionSource NewRound() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
