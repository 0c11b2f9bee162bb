using System.Text;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Rules;
using Aampe.Agents.Storage.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aampe.Agents.Grains.Agents;

/// <summary>
/// Custody of one agent: load, one call into Core, save. Every change is one commit of record, journal, decisions, effects and outbox; nothing is
/// answered before it is durable (M4, M5).
/// </summary>
public sealed partial class UserAgentGrain(
    IAgentStore store, RulesCache rules, IGrainFactory grains, IClock clock, IOptions<GrainsOptions> options, IEnumerable<IAgentCommitObserver> observers, ILogger<UserAgentGrain> log) : Grain, IUserAgent
{
    AgentState state = null!;
    AgentKey key;
    long version;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        key = AgentKey.Parse(this.GetPrimaryKeyString());
        var stored = await store.ReadAsync(key.ToString(), cancellationToken);
        version = stored?.Version ?? 0;
        state = stored is null
            ? AgentStep.Create(key.Tenant, key.Agent, rules.Current.IncarnationKey)
            : AgentStateCodec.Unpack(stored.Record.Span);
    }

    /// <inheritdoc/>
    public async ValueTask<ObserveResult> ObserveAsync(EventSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (state.MergedInto.Length > 0)
        {
            return new ObserveResult(0, 0, 0, new AgentKey(key.Tenant, state.MergedInto).ToString(), []);
        }

        var events = Array.ConvertAll(slice.Events, Incoming);
        var step = Begin(clock.Now);
        var refused = await MergeAsync(step, slice, events);
        var counts = Observing.Apply(step, slice.Epoch, slice.Partition, events);
        if (counts.Applied + counts.Duplicates > 0)
        {
            await CommitAsync([step]);
        }

        return new ObserveResult(counts.Applied, counts.Duplicates, counts.Replayed, null, refused);
    }

    /// <inheritdoc/>
    public async ValueTask<AdvanceResult> AdvanceAsync(AdvanceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var steps = AgentRun.Steps(state, rules.Current, request.Until, request.Stepwise);
        // Woken with nothing to do, since its program was paused or its window grew: the due index must move on, or it is woken for ever.
        await CommitAsync(steps.Count > 0 ? steps : [new AgentStep(state, rules.Current, state.ActedAt)]);

        return new AdvanceResult(Scheduling.NextDue(state, rules.Current, state.ActedAt), steps.Sum(step => step.Decisions.Count), steps.Sum(step => step.Effects.Count));
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
    public ValueTask<AgentSnapshot> SnapshotAsync() => ValueTask.FromResult(new AgentSnapshot(
        version > 0,
        Encoding.UTF8.GetBytes(AgentSummary.Write(state, rules.Current, clock.Now).ToJsonString())));

    /// <inheritdoc/>
    public async ValueTask<ReleaseResult> ReleaseAsync(ReleaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var into = AgentKey.Parse(request.Into).Agent;
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

    AgentStep Begin(Instant at) => new(state, rules.Current, at);

    async Task<RefusedEvent[]> MergeAsync(AgentStep step, EventSlice slice, IncomingEvent[] events)
    {
        var refused = new List<RefusedEvent>();
        foreach (var (offset, anonymous, source, trusted) in Observing.MergesWanted(state, slice.Epoch, slice.Partition, events))
        {
            var other = new AgentKey(key.Tenant, anonymous);
            var given = await grains.GetGrain<IUserAgent>(other.ToString()).ReleaseAsync(new ReleaseRequest(key.ToString(), source, trusted));
            if (given.Given)
            {
                Merging.Join(step, AgentStateCodec.Unpack(given.Record), await JournalAsync(other.ToString()));
            }
            else
            {
                refused.Add(new RefusedEvent(offset, "alias_conflict", given.Refusal!));
            }
        }

        return [.. refused];
    }

    async Task<List<JsonObject>> JournalAsync(string agent)
    {
        var entries = new List<JsonObject>();
        var before = long.MaxValue;
        while (await store.JournalAsync(agent, before, 500, CancellationToken.None) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                entries.AddRange(JsonNode.Parse(row.Entries.Span)!.AsArray().Reverse().Select(entry => entry!.AsObject()));
                before = row.FirstSequence;
            }
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>The one way of writing. If it fails, what is in memory may be ahead of what is stored: the activation goes, the next one reads.</summary>
    async Task CommitAsync(IReadOnlyList<AgentStep> steps)
    {
        var next = steps[^1].State;
        var commit = AgentCommits.Of(key.ToString(), version, steps, rules.Current, options.Value.Shards);
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
