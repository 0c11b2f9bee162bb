using System.Text;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Privacy;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Grains.Interfaces.Agents;
using Aampe.Agents.Grains.Interfaces.Privacy;
using Aampe.Agents.Storage.Privacy;
using Aampe.Agents.Storage.State;

namespace Aampe.Agents.Grains.Agents;

/// <content>The end of a life, and silence.</content>
public sealed partial class UserAgentGrain
{
    const string Refused = "suppressed_user";
    // Message ids that were refused while the erasure was under way: their clients may send them again afterwards.
    readonly HashSet<ulong> refusedIds = [];
    PersonMark? mark;
    long marked = -1;

    // The mark of this agent's person, looked up again whenever the register has changed.
    PersonMark? Mark
    {
        get
        {
            if (marked != marks.Revision)
            {
                var before = mark?.ErasedAt;
                (marked, mark) = (marks.Revision, marks.Find(key));
                if (version > 0 && mark?.ErasedAt != before)
                {
                    // An activation that another silo has not heard of: what it holds is of the life that has ended, and versions of the next begin at 1 again.
                    DeactivateOnIdle();
                    throw new VersionConflictException(key.ToString(), version);
                }

                state = version == 0 ? Fresh() : state;
            }

            return mark;
        }
    }

    bool IsSilent => Mark is { IsSilent: true };

    /// <inheritdoc/>
    public ValueTask<AgentInventory> InventoryAsync()
    {
        Check();
        return ValueTask.FromResult(new AgentInventory(
            version > 0,
            [.. state.MergedFrom],
            state.Ordinal,
            state.Decisions.Count(decision => decision.Stage == DecisionStage.InFlight),
            state.Decisions.Count(decision => decision.Stage is DecisionStage.Scheduled or DecisionStage.Open),
            AgentPlace.PanelRankOf(key.ToString()),
            marks.Keyed(state.Seen.Entries.Select(entry => entry.Id).Concat(refusedIds)),
            Encoding.UTF8.GetBytes(Contributions.Of(state).ToJsonString())));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> HoldingsAsync()
    {
        Check();
        return ValueTask.FromResult(version == 0 ? [] : Encoding.UTF8.GetBytes(Holdings.Of(state, rules.Current, clock.Now).ToJsonString()));
    }

    /// <inheritdoc/>
    public async ValueTask<ErasedAgent> EraseAsync()
    {
        Check();
        if (!IsSilent)
        {
            throw new InvalidOperationException("An agent is erased only while its person is marked: else its next event would bring it back before the erasure is over.");
        }

        // Ids follow from the record, so nothing has to be searched for them.
        var decisions = Enumerable.Range(1, checked((int)state.Ordinal)).Select(ordinal => AgentStep.DecisionId(state, ordinal)).ToArray();
        try
        {
            var rows = await store.EraseAsync(new AgentErasure(key.ToString(), partition, term, decisions), CancellationToken.None);
            (version, state) = (0, Fresh());
            return new ErasedAgent(rows.Agents, rows.Journal, rows.Decisions, rows.Effects, rows.Outbox);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    /// <inheritdoc/>
    public async ValueTask SilenceAsync(Instant at)
    {
        Check();
        if (version == 0)
        {
            return;
        }

        var step = new AgentStep(state, rules.Current, at);
        foreach (var decision in step.State.Decisions)
        {
            if (decision.Stage is DecisionStage.Open or DecisionStage.Scheduled)
            {
                Handovers.Hold(step, decision, step.At, [Handovers.Reason(HoldReason.SuppressedUser)]);
            }
        }

        await CommitAsync([step]);
    }

    /// <inheritdoc/>
    public async ValueTask ReconsiderAsync(Instant at)
    {
        Check();
        if (version > 0)
        {
            await CommitAsync([new AgentStep(state, rules.Current, at)]);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ObjectAsync(Instant at, bool withdrawn)
    {
        Check();
        var step = new AgentStep(state, rules.Current, at);
        foreach (var statement in Objection.Statements(step.At, withdrawn))
        {
            Consenting.State(step, statement);
        }

        foreach (var decision in step.State.Decisions)
        {
            if (!withdrawn && decision.Stage is DecisionStage.Open or DecisionStage.Scheduled)
            {
                Handovers.Hold(step, decision, step.At, [Handovers.Reason(HoldReason.NoConsent)]);
            }
        }

        await CommitAsync([step]);
    }

    // Whom nothing is decided for is not woken either: its moment comes back with the next step after the silence.
    bool IsStill(AgentState next) => IsSilent || Objection.Holds(next.Consents);

    AgentState Fresh() => AgentStep.Create(key.Tenant, key.Agent, rules.Current.IncarnationKey, mark?.Life ?? "");

    /// <summary>The gate of somebody who is suppressed: whatever waits goes.</summary>
    async ValueTask<HandoverTicket> RefuseHandoverAsync(string decisionId, Instant at)
    {
        var step = new AgentStep(state, rules.Current, at);
        if (version > 0 && state.Find(decisionId) is { Stage: DecisionStage.Scheduled or DecisionStage.InFlight } decision)
        {
            Handovers.Hold(step, decision, step.At, [Handovers.Reason(HoldReason.SuppressedUser)]);
            await CommitAsync([step]);
        }

        return new HandoverTicket(false, [], [], null, 0, Bytes([Handovers.Reason(HoldReason.SuppressedUser)]));
    }

    /// <summary>A slice without what its person's mark refuses.</summary>
    /// <returns>What may be taken; what was refused; and how many events lie behind the person's end.</returns>
    (EventSlice Left, RefusedEvent[] Refused, int Before) Sift(EventSlice slice)
    {
        if (Mark is not { } known)
        {
            return (slice, [], 0);
        }

        var left = new List<SlicedEvent>(slice.Events.Length);
        var refused = new List<RefusedEvent>();
        foreach (var e in slice.Events)
        {
            switch (marks.Judge(known, Incoming(e), slice.Epoch, slice.Partition))
            {
                case MarkedEvent.Free:
                    left.Add(e);
                    break;
                case MarkedEvent.Refused:
                    if (known.Erasing && e.MessageId is { } id && refusedIds.Count < DedupeWindow.Limit)
                    {
                        refusedIds.Add(Core.Canonical.StableHash.Of(e.Source, id));
                    }

                    refused.Add(new RefusedEvent(e.Offset, Refused, known.IsSilent ? "The user is suppressed; nothing of the event is kept." : "The user was erased, and the event is of the time before; nothing of it is kept."));
                    break;
            }
        }

        return (slice with { Events = [.. left] }, [.. refused], slice.Events.Length - left.Count - refused.Count);
    }
}
