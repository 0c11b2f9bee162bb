using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Ownership;
using Aampe.Agents.Grains.Privacy;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.Log;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Logging;

namespace Aampe.Agents.Grains.Agents;

/// <summary>
/// Custody of one agent: load, one call into Core, save. Every change is one commit of record, journal, decisions, effects and outbox; nothing is
/// answered before it is durable (M4, M5).
/// </summary>
[OwnerPlacement]
public sealed partial class UserAgentGrain(
    IAgentStore store, IEventLog eventLog, PartitionOwners owners, RulesCache rules, PersonMarks marks, IGrainFactory grains, IClock clock, IEnumerable<IAgentCommitObserver> observers, ILogger<UserAgentGrain> log) : Grain, IUserAgent
{
    AgentState state = null!;
    AgentKey key;
    long version, term;
    int partition;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        key = AgentKey.Parse(this.GetPrimaryKeyString());
        partition = eventLog.PartitionOf(key.Tenant, key.Agent);
        owners.RefuseStray(partition);
        term = await store.TermAsync(partition, cancellationToken);
        var stored = await store.ReadAsync(key.ToString(), cancellationToken);
        version = stored?.Version ?? 0;
        (marked, mark) = (marks.Revision, marks.Find(key));
        state = stored is null ? Fresh() : AgentStateCodec.Unpack(stored.Record.Span);
    }

    /// <inheritdoc/>
    public async ValueTask<ObserveResult> ObserveAsync(EventSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var (left, marked, before) = Sift(slice);
        if (left.Events.Length == 0)
        {
            return new ObserveResult(0, 0, before, null, marked);
        }

        if (state.MergedInto.Length > 0)
        {
            return new ObserveResult(0, 0, 0, new AgentKey(key.Tenant, state.MergedInto).ToString(), []);
        }

        slice = left;
        var events = Array.ConvertAll(slice.Events, Incoming);
        var from = slice.Addressed == key.Agent ? "" : slice.Addressed;
        Check(slice);
        var step = new AgentStep(state, rules.Current, clock.Now);
        var (merges, refused) = await MergeAsync(step, slice, events, from);
        var counts = Observing.Apply(step, slice.Epoch, slice.Partition, events, from);
        if (counts.Applied + counts.Duplicates > 0)
        {
            // Events of the agent's own partition are told again until its row has them; those forwarded from another, or that joined a life, are not.
            await CommitAsync([step], derived: slice.Partition == partition && from.Length == 0 && merges == 0);
            await RefundAsync(step);
        }

        return new ObserveResult(counts.Applied, counts.Duplicates, counts.Replayed + before, null, [.. refused, .. marked]) { Answers = Scheduling.Answers(state, rules.Current) };
    }

    /// <inheritdoc/>
    public async ValueTask<AdvanceResult> AdvanceAsync(AdvanceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check();
        if (version == 0)
        {
            // Whoever looked up that it is due did so before it was erased.
            return new AdvanceResult(null, 0, 0);
        }

        var steps = IsStill(state) ? [] : AgentRun.Steps(state, rules.Acting, request.Until, request.Stepwise);
        // Woken with nothing to do, since its program was paused or its window grew: the due index must move on, or it is woken for ever.
        await CommitAsync(steps.Count > 0 ? steps : [new AgentStep(state, rules.Current, state.ActedAt)]);

        return new AdvanceResult(IsStill(state) ? null : Scheduling.NextDue(state, rules.Current, state.ActedAt), steps.Sum(step => step.Decisions.Count), steps.Sum(step => step.Effects.Count));
    }

    /// <inheritdoc/>
    public async ValueTask<ConsentStatement> SetConsentAsync(ConsentStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var step = Begin(clock.Now);
        Consenting.State(step, new ConsentEntry(statement.Channel, statement.Purpose, statement.Status, statement.At, statement.Source, statement.Proof ?? ""));
        await CommitAsync([step]);
        return statement;
    }

    /// <inheritdoc/>
    public ValueTask<AgentSnapshot> SnapshotAsync()
    {
        Check();
        return ValueTask.FromResult(new AgentSnapshot(version > 0, Encoding.UTF8.GetBytes(AgentSummary.Write(state, rules.Current, clock.Now).ToJsonString())));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> LimitsAsync(string? programId, string channel, string category, Instant at)
    {
        Check();
        var known = rules.Current;
        return ValueTask.FromResult(Encoding.UTF8.GetBytes(LimitsView.Write(state, known, programId is null ? null : known.Find(programId), channel, category, at).ToJsonString()));
    }

    /// <inheritdoc/>
    public async ValueTask<ReleaseResult> ReleaseAsync(ReleaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var into = AgentKey.Parse(request.Into).Agent;
        if (IsSilent)
        {
            return new ReleaseResult(false, [], "The anonymous id belongs to a user who is suppressed.");
        }

        if (Merging.Refusal(state, into, request.Source, request.Trusted) is { } refusal)
        {
            return new ReleaseResult(false, [], refusal);
        }

        if (state.MergedInto.Length == 0)
        {
            var step = Begin(clock.Now);
            Merging.Release(step, into);
            await CommitAsync([step]);
        }

        return new ReleaseResult(true, AgentStateCodec.Pack(state), null);
    }

    AgentStep Begin(Instant at)
    {
        Check();
        return new(state, rules.Acting, at);
    }

    // Its partition has moved to another silo: what is in memory may be old, and nothing of it could be stored.
    void Check()
    {
        if (!store.Holds(partition, term))
        {
            DeactivateOnIdle();
            throw new PartitionLostException(partition);
        }
    }

    // While silos disagree about who is there, the pump of the new owner may find the activation of the old one, which does not know yet that its partition
    // is gone: it would say that it has the events and be let go with them, while the new owner moves the cursor past them.
    void Check(EventSlice slice)
    {
        Check();
        if (slice.Partition == partition && !store.Holds(partition, slice.Term))
        {
            DeactivateOnIdle();
            throw new PartitionLostException(partition);
        }
    }

    async Task<(int Merges, RefusedEvent[] Refused)> MergeAsync(AgentStep step, EventSlice slice, IncomingEvent[] events, string from)
    {
        var refused = new List<RefusedEvent>();
        var merges = 0;
        foreach (var (offset, anonymous, source, trusted) in Observing.MergesWanted(state, slice.Epoch, slice.Partition, events, from))
        {
            var other = new AgentKey(key.Tenant, anonymous);
            var given = await grains.GetGrain<IUserAgent>(other.ToString()).ReleaseAsync(new ReleaseRequest(key.ToString(), source, trusted));
            if (given.Given)
            {
                merges++;
                Merging.Join(step, AgentStateCodec.Unpack(given.Record), await JournalAsync(other.ToString()));
            }
            else
            {
                refused.Add(new RefusedEvent(offset, "alias_conflict", given.Refusal!));
            }
        }

        return (merges, [.. refused]);
    }

    async Task<List<JsonObject>> JournalAsync(string agent)
    {
        var entries = new List<JsonObject>();
        await foreach (var entry in NewestFirstAsync(agent, 500))
        {
            entries.Add(entry);
        }

        entries.Reverse();
        return entries;
    }

    async IAsyncEnumerable<JsonObject> NewestFirstAsync(string agent, int rowsAtOnce)
    {
        var before = long.MaxValue;
        while (await store.JournalAsync(agent, before, rowsAtOnce, CancellationToken.None) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                foreach (var entry in AgentJournal.Read(row.Entries).Reverse())
                {
                    yield return entry!.AsObject();
                }

                before = row.FirstSequence;
            }
        }
    }

    /// <summary>The one way of writing. If it fails, what is in memory may be ahead of what is stored: the activation goes, the next one reads.</summary>
    async Task CommitAsync(IReadOnlyList<AgentStep> steps, bool derived = false)
    {
        var next = steps[^1].State;
        var commit = AgentCommits.Of(key.ToString(), partition, version, steps, rules.Current) with { Derived = derived, Term = term };
        commit = IsStill(next) ? commit with { Due = null } : commit;
        try
        {
            version = await store.CommitAsync(commit, CancellationToken.None);
        }
        catch (Exception error)
        {
            AgentLog.SaveFailed(log, key.ToString(), error);
            DeactivateOnIdle();
            throw;
        }

        state = next;
        foreach (var observer in observers)
        {
            observer.Committed(commit);
        }
    }

    static IncomingEvent Incoming(SlicedEvent e) =>
        new(e.Offset, (IncomingKind)e.Kind, e.Name, e.Source, e.Trusted, e.MessageId, e.OccurredAt, e.ReceivedAt, e.Payload);
}
