using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Agents;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Silo.Telemetry;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Silo.Delivery;

/// <summary>
/// Works the outbox: gate and mark, one call, result. The mark is durable before the call, so a crash in between is seen at the next start;
/// only a channel that knows the decision id is then called again.
/// </summary>
public sealed class OutboxPump
{
    const int Page = 256;

    /// <summary>An attempt takes a call of 30 s at most and the patience around it: one that began longer ago was given up by whoever made it.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(3);

    static readonly TimeSpan abandonedEvery = TimeSpan.FromSeconds(30), heldEvery = TimeSpan.FromSeconds(2);

    readonly IAgentStore store;
    readonly AgentReferences references;
    readonly IClock clock;
    readonly IChannels channels;
    readonly ChannelHealth health;
    readonly HandoverCall call;
    readonly HandoversUnderWay underWay;
    readonly AgentMetrics metrics;
    readonly ILogger<OutboxPump> log;
    readonly PartitionOwners owners;
    readonly IEventLog eventLog;
    readonly Dictionary<int, long> recovered = [];
    readonly int parallel, partitions;
    Instant lookedForAbandoned, restUntil;

    internal OutboxPump(
        IAgentStore store, AgentReferences references, IClock clock, IChannels channels, ChannelHealth health, HandoverCall call, AgentMetrics metrics, IOptions<DeliveryOptions> options, ILogger<OutboxPump> log, PartitionOwners owners, IEventLog eventLog, HandoversUnderWay underWay)
    {
        (this.store, this.references, this.clock, this.channels, this.metrics, this.log) = (store, references, clock, channels, metrics, log);
        (this.health, this.call, this.underWay) = (health, call, underWay);
        (parallel, partitions, this.owners, this.eventLog) = (options.Value.Parallel, eventLog.Partitions, owners, eventLog);
    }

    /// <summary>
    /// Hands over every row that is due, in order of due time, then decision id; users beside each other, rows of one user one after another.
    /// On a simulated clock each happens as of its own due moment and a fault is thrown; on the real clock as of now, and a fault leaves its
    /// row for the next round.
    /// </summary>
    /// <returns>Attempts made.</returns>
    public async Task<int> DeliverDueAsync(Instant upTo, CancellationToken stop)
    {
        if (!clock.Simulated && upTo < restUntil)
        {
            return 0;
        }

        var attempts = 0;
        var stuck = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var rows = await OursAsync(upTo, stuck, stop);
            if (rows.Length == 0)
            {
                return attempts;
            }

            // What a channel is not let take stays where it is.
            var passing = rows.Where(row => health.Passes(row.Channel, clock.Simulated ? row.Due : clock.Now)).ToList();
            if (passing.Count < rows.Length)
            {
                // All that waits for it is read each time to find what does not.
                restUntil = upTo + heldEvery;
                stuck.UnionWith(rows.Except(passing).Select(row => row.DecisionId));
            }

            var failed = await AllAsync(passing, row => HandOverAsync(row, clock.Simulated ? row.Due : clock.Now, stop), stop);
            stuck.UnionWith(failed);
            attempts += passing.Count - failed.Count;
        }
    }

    /// <summary>Settles what was cut in partitions that this silo has taken since it did so last: at start, and whenever one is taken anew.</summary>
    public async Task RecoverTakenAsync(CancellationToken stop)
    {
        var mine = owners.Mine();
        foreach (var given in recovered.Keys.Where(partition => !mine.Contains(partition)).ToList())
        {
            recovered.Remove(given);
        }

        var terms = await Task.WhenAll(mine.Select(partition => TermAsync(partition, stop)));
        var taken = terms.Where(open => open.Term is { } term && recovered.GetValueOrDefault(open.Partition, -1) != term).ToDictionary(open => open.Partition, open => open.Term!.Value);
        if (taken.Count > 0)
        {
            foreach (var (partition, term) in taken)
            {
                recovered[partition] = term;
            }

            try
            {
                await RecoverAsync(taken.Keys.ToHashSet(), stop);
            }
            catch
            {
                // Nobody has looked at them: the next round does.
                foreach (var partition in taken.Keys)
                {
                    recovered.Remove(partition);
                }

                throw;
            }
        }

        if (!clock.Simulated && clock.Now - lookedForAbandoned >= abandonedEvery)
        {
            await RecoverAbandonedAsync(clock.Now, stop);
            lookedForAbandoned = clock.Now;
        }
    }

    /// <summary>
    /// Settles hand-overs of this silo's partitions that another silo began, in the moments when a partition moved, and never completed: it may have
    /// died, and its partition was recovered before the attempt was marked.
    /// </summary>
    /// <returns>Rows found.</returns>
    public async Task<int> RecoverAbandonedAsync(Instant now, CancellationToken stop)
    {
        var mine = owners.Mine();
        var rows = (await store.OutboxInFlightAsync(stop)).Where(row => row.Due + Abandoned <= now && mine.Contains(PartitionOf(row))).ToList();
        await AllAsync(rows, row => RecoverAsync(row, stop), stop);
        return rows.Count;
    }

    // Behind the take-over: what its last owner marked is in the store, or in the ledger that was read then. Null while the partition opens: the others do not wait for it for ever.
    async Task<(int Partition, long? Term)> TermAsync(int partition, CancellationToken stop)
    {
        try
        {
            return (partition, await store.TermAsync(partition, stop));
        }
        catch (PartitionLostException)
        {
            return (partition, null);
        }
    }

    /// <summary>Settles hand-overs of partitions that were cut in the middle: called again where that is safe, else unknown for ever.</summary>
    /// <returns>Rows found.</returns>
    public async Task<int> RecoverAsync(IReadOnlySet<int> taken, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(taken);
        var rows = (await store.OutboxInFlightAsync(stop)).Where(row => taken.Contains(PartitionOf(row))).ToList();
        await AllAsync(rows, row => RecoverAsync(row, stop), stop);
        return rows.Count;
    }

    // Rows of other silos' partitions may stand in front: the page grows until ours are found or there are no more.
    async Task<OutboxRow[]> OursAsync(Instant upTo, HashSet<string> stuck, CancellationToken stop)
    {
        for (var page = Page + stuck.Count; ; page *= 2)
        {
            var due = await store.OutboxDueAsync(upTo, page, stop);
            var mine = owners.Mine();
            var ours = due.Where(row => !stuck.Contains(row.DecisionId) && mine.Contains(PartitionOf(row))).ToArray();
            if (ours.Length > 0 || due.Count < page)
            {
                return ours;
            }
        }
    }

    int PartitionOf(OutboxRow row) => Partitioning.OfKey(row.Agent, partitions);

    async ValueTask RecoverAsync(OutboxRow row, CancellationToken stop)
    {
        var at = clock.Simulated ? row.Due : clock.Now;
        if (channels.For(row.Channel).Idempotent)
        {
            await HandOverAsync(row, at, stop);
            return;
        }

        DeliveryLog.UnknownFate(log, row.DecisionId, row.Channel);
        metrics.Activated(row.Channel, "unknown");
        await AgentOf(row).CompleteHandoverAsync(row.DecisionId, new HandoverOutcome(HandoverStatus.Unknown, at, null, "interrupted", null));
    }

    async ValueTask HandOverAsync(OutboxRow row, Instant at, CancellationToken stop)
    {
        var agent = AgentOf(row);
        using var open = underWay.Begin();
        var ticket = await agent.BeginHandoverAsync(row.DecisionId, at, row.Attempts, row.Status == OutboxStatus.InFlight);
        if (!ticket.Granted)
        {
            metrics.Activated(row.Channel, "held");
            return;
        }

        var outcome = await call.SendAsync(row, ticket, at, stop);
        open.Dispose();
        metrics.Activated(row.Channel, outcome.Status.ToString().ToLowerInvariant());
        if (HandoverCall.Learnt(row, ticket, outcome) is { Count: > 0 } learnt)
        {
            // Before the hand-over is completed: what stops in between is told again by nobody.
            await eventLog.AppendAsync(learnt, [], CancellationToken.None);
        }

        // An adapter speaks of its own attempt: of earlier ones only the agent knows.
        await agent.CompleteHandoverAsync(row.DecisionId, outcome.NothingTaken && !ticket.Fresh ? outcome with { NothingTaken = false } : outcome);
    }

    /// <summary>Runs rows with bounded parallelism, those of one agent in their order; returns the decisions that failed on the real clock.</summary>
    async Task<HashSet<string>> AllAsync(IReadOnlyList<OutboxRow> rows, Func<OutboxRow, ValueTask> handOver, CancellationToken stop)
    {
        var failed = new HashSet<string>(StringComparer.Ordinal);
        var agents = rows.GroupBy(row => row.Agent, StringComparer.Ordinal);
        await Parallel.ForEachAsync(agents, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = stop }, async (agent, _) =>
        {
            foreach (var row in agent)
            {
                try
                {
                    await handOver(row);
                }
                catch (Exception fault) when (!clock.Simulated && (fault is not OperationCanceledException || !stop.IsCancellationRequested))
                {
                    DeliveryLog.Stuck(log, row.DecisionId, fault);
                    lock (failed)
                    {
                        failed.Add(row.DecisionId);
                        // It may have been marked already, and only what is recovered looks at those.
                        recovered.Remove(PartitionOf(row));
                    }
                }
            }
        });
        return failed;
    }

    IUserAgent AgentOf(OutboxRow row) => references.Of(row.Agent);
}
