using System.Collections.Concurrent;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Storage.Ledger;

/// <summary>
/// Log-structured agents (docs/adr/0013): a step with an outside effect is durable once the partition's ledger has it, one that the log can bring
/// about again need not be at all; rows are checkpoints, written for many agents at once. Only the owner of a partition writes its agents, so
/// what is asked of partitions that another process owns is answered as of their last checkpoint.
/// </summary>
public sealed partial class AgentLedger : IAgentStore, IDisposable
{
    // Times the agents that begin a checkpoint; beyond it memory would grow with a slow store.
    const int MostHeld = 4;

    readonly ConcurrentDictionary<string, StoredDecision> decisions = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, StoredEffect> effects = new(StringComparer.Ordinal);
    readonly LedgerPartition[] all;
    readonly IAgentStore rows;
    readonly int partitions;
    readonly LedgerOptions options;

    /// <summary>A ledger over rows.</summary>
    /// <param name="rows">Where agents' rows are read.</param>
    /// <param name="ledger">Where everything is written.</param>
    /// <param name="partitions">Partitions of the log.</param>
    /// <param name="options">When rows are written.</param>
    /// <param name="time">For ages and patience.</param>
    public AgentLedger(IAgentStore rows, IAgentLedger ledger, int partitions, LedgerOptions options, TimeProvider time)
    {
        (this.rows, this.partitions, this.options) = (rows, partitions, options);
        all = [.. Enumerable.Range(0, partitions).Select(partition => new LedgerPartition(partition, rows, ledger, time, Settled))];
    }

    /// <summary>Agents that are ahead of their rows.</summary>
    public int Held => all.Sum(partition => partition.Held);

    /// <inheritdoc/>
    public ValueTask<long> TermAsync(int partition, CancellationToken stop) => all[partition].TermAsync(options.Patience, stop);

    /// <inheritdoc/>
    public bool Holds(int partition, long term) => all[partition].Serves(term);

    /// <inheritdoc/>
    public ValueTask<StoredAgent?> ReadAsync(string key, CancellationToken stop) =>
        all[Partitioning.OfKey(key, partitions)].Read(key) is { } held ? ValueTask.FromResult<StoredAgent?>(held) : rows.ReadAsync(key, stop);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredAgent>> ReadManyAsync(IReadOnlyList<string> keys, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var held = keys.Select(key => all[Partitioning.OfKey(key, partitions)].Read(key)).OfType<StoredAgent>().ToList();
        var known = held.Select(agent => agent.Key).ToHashSet(StringComparer.Ordinal);
        return [.. held, .. await rows.ReadManyAsync([.. keys.Where(key => !known.Contains(key))], stop).ConfigureAwait(false)];
    }

    /// <inheritdoc/>
    public async ValueTask<long> CommitAsync(AgentCommit commit, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(commit);
        stop.ThrowIfCancellationRequested();
        // Known before the step is held: once it is, a checkpoint may settle it at any moment.
        foreach (var decision in commit.Decisions)
        {
            decisions[decision.Id] = decision;
        }

        foreach (var effect in commit.Effects)
        {
            effects[effect.DecisionId] = effect;
        }

        try
        {
            var partition = all[commit.Partition];
            var version = await partition.CommitAsync(commit).ConfigureAwait(false);
            if (partition.Held > MostHeld * (long)options.Agents)
            {
                // Rows are written slower than agents change: whoever changes them waits.
                await partition.CheckpointAsync(null, CancellationToken.None).ConfigureAwait(false);
            }

            return version;
        }
        catch
        {
            Settled([commit]);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ErasedRows> EraseAsync(AgentErasure erasure, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return all[erasure.Partition].EraseAsync(erasure, stop);
    }

    /// <summary>Writes the rows of partitions that have waited long enough, or hold enough.</summary>
    public Task CheckpointDueAsync(CancellationToken stop) => Task.WhenAll(all.Where(partition => partition.IsDue(options)).Select(partition => partition.CheckpointAsync(null, stop).AsTask()));

    /// <summary>Writes all rows that this process owns.</summary>
    public Task CheckpointAsync(CancellationToken stop) => Task.WhenAll(all.Select(partition => partition.CheckpointAsync(null, stop).AsTask()));

    /// <summary>Writes the rows of one partition.</summary>
    public ValueTask CheckpointAsync(int partition, CancellationToken stop) => all[partition].CheckpointAsync(null, stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var partition in all)
        {
            partition.Dispose();
        }
    }

    internal ValueTask OpenAsync(Tenure tenure, long cursor, CancellationToken stop) => all[tenure.Partition].OpenAsync(tenure, cursor, stop);

    internal void Check(int partition, long term) => all[partition].Check(term);

    internal void Applied(int partition, long next) => all[partition].Applied(next);

    internal async ValueTask CloseAsync(int partition, long term)
    {
        if (!all[partition].Serves(term))
        {
            return;
        }

        try
        {
            await all[partition].CheckpointAsync(null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PartitionLostException)
        {
            // Its next owner repeats from the log and the ledger what was not in the rows.
        }
        finally
        {
            all[partition].Close(new PartitionLostException(partition));
        }
    }

    void Settled(IEnumerable<AgentCommit> commits)
    {
        foreach (var commit in commits)
        {
            foreach (var decision in commit.Decisions)
            {
                decisions.TryRemove(KeyValuePair.Create(decision.Id, decision));
            }

            foreach (var effect in commit.Effects)
            {
                effects.TryRemove(KeyValuePair.Create(effect.DecisionId, effect));
            }
        }
    }
}
