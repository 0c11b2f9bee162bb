using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Time;
using Aampe.Agents.Sim.Engine;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Leave to call a channel once.</summary>
internal sealed record Ticket(string DecisionId, string Key, string Channel, string Arm, int Attempt, long ExpiresAt, long Marked);

/// <content>Questions, consent and hand-overs.</content>
internal sealed partial class Agents
{
    /// <summary>Asks for the next message and activates it.</summary>
    /// <returns>The decision as it stands; null = a hold, or refused.</returns>
    public Task<LiveDecision?> AskAsync(Life caller, Silo from, string key, string channel) => OnAsync(caller, from, key, async (silo, a, rules) =>
    {
        var begun = world.Clock.Now;
        if (silo.MarkOf(key) is { IsSilent: true })
        {
            return null;
        }

        var bent = Bent.Begin(world.Mutant, a.State, rules, silo.Now, null);
        var answer = Living.Ask(bent.Step, new Question { Trigger = "api", Channels = channel.Length == 0 ? [] : [channel] });
        if (answer is null)
        {
            return null;
        }

        Handovers.Activate(bent.Step, answer.Decision.Id);
        if (bent.Step.JournalEntries > 0)
        {
            try
            {
                await CommitAsync(silo, a, rules, begun, [bent.End()]);
            }
            catch (Fault fault) when (fault.Kind == FaultKind.Conflict && world.Mutant == Mutant.CapOutsideCompareAndSet)
            {
                return await AskAgainAsync(silo, key, channel, rules, a.State);
            }
        }

        return a.State.Find(answer.Decision.Id) is { Stage: DecisionStage.Activated, IsSend: true } now ? now : null;
    });

    // Planted: the loser of the compare-and-set decides anew on what it now reads, but counts the sends that it knew before.
    async Task<LiveDecision?> AskAgainAsync(Silo silo, string key, string channel, AgentRules rules, AgentState stale)
    {
        var row = (await world.Custody.ReadAsync(silo, key))!;
        var fresh = new Activation(key, 0, new Turn(world.Clock, silo.Life)) { State = AgentStateCodec.Unpack(row.Record), Version = row.Version, Loaded = true };
        var (sends, waiting) = (fresh.State.Sends, fresh.State.Decisions);
        var step = new AgentStep(fresh.State with { Sends = stale.Sends, Decisions = [] }, rules, silo.Now);
        if (Living.Ask(step, new Question { Trigger = "api", Channels = channel.Length == 0 ? [] : [channel] }) is not { } answer)
        {
            return null;
        }

        Handovers.Activate(step, answer.Decision.Id);
        step.State = step.State with
        {
            Sends = [.. sends.Concat(step.State.Sends.Where(send => !stale.Sends.Contains(send))).OrderBy(send => send.At)],
            Decisions = [.. waiting, .. step.State.Decisions],
        };
        await CommitAsync(silo, fresh, rules, world.Clock.Now, [step]);
        return fresh.State.Find(answer.Decision.Id) is { Stage: DecisionStage.Activated, IsSend: true } now ? now : null;
    }

    /// <summary>A statement about consent.</summary>
    public Task<bool> ConsentAsync(Life caller, Silo from, string key, Statement statement) => OnAsync(caller, from, key, async (silo, a, rules) =>
    {
        if (silo.MarkOf(key) is { IsSilent: true })
        {
            throw new Fault(FaultKind.Down);
        }

        if (!statement.Granted && a.State.Decisions.Any(decision => decision.Stage == DecisionStage.Scheduled))
        {
            world.Seen("withdrawal between decision and gate");
        }

        var step = new AgentStep(a.State, rules, silo.Now);
        Consenting.State(step, new ConsentEntry(statement.Channel, "marketing", statement.Granted ? "granted" : "denied", new Instant(statement.At), "api", ""));
        if (world.Mutant == Mutant.ConsentAckBeforeCommit)
        {
            world.Run(() => AfterwardsAsync(silo, a, rules, step));
            return true;
        }

        await CommitAsync(silo, a, rules, world.Clock.Now, [step]);
        return true;
    });

    async Task AfterwardsAsync(Silo silo, Activation a, AgentRules rules, AgentStep step)
    {
        await world.Clock.Wait(silo.Life, 5_000);
        try
        {
            await CommitAsync(silo, a, rules, world.Clock.Now, [step]);
        }
        catch (Fault)
        {
            silo.Drop(a);
        }
    }

    /// <summary>The gate: check, mark, commit. It names the attempts that the worker's row knows of, so that two workers with one row make one attempt.</summary>
    public Task<Ticket?> GateAsync(Silo from, string key, string decisionId, int attempts, bool recovers) => OnAsync(from.Life, from, key, async (silo, a, rules) =>
    {
        var decision = a.State.Find(decisionId);
        if (silo.MarkOf(key) is { } mark && (mark.IsSilent || a.Version == 0))
        {
            world.Seen("gate refused who is being erased");
            return null;
        }

        if (world.Mutant is not (Mutant.GateGrantsTwice or Mutant.OutboxFromStaleRow)
            && decision is { Stage: DecisionStage.Scheduled or DecisionStage.InFlight }
            && (decision.Attempts != attempts || (decision.Stage == DecisionStage.InFlight && !recovers)))
        {
            world.Seen("gate found another worker's attempt");
            return null;
        }

        var begun = world.Clock.Now;
        // Planted: the row says that the message waits, so it waits.
        var state = world.Mutant == Mutant.OutboxFromStaleRow && !recovers && decision is { Stage: DecisionStage.Activated or DecisionStage.InFlight or DecisionStage.Unknown }
            ? a.State with { Decisions = a.State.Decisions.Replace(decision, decision with { Stage = DecisionStage.Scheduled }) }
            : a.State;
        var bent = Bent.Begin(world.Mutant, state, rules, silo.Now, decisionId);
        var (granted, _) = Handovers.Gate(bent.Step, decisionId);
        var step = bent.End();
        if (!granted && decision is { Stage: DecisionStage.Scheduled })
        {
            world.Seen("gate refused what had been decided");
        }

        try
        {
            await CommitAsync(silo, a, rules, begun, [step]);
        }
        catch (Fault fault) when (fault.Kind == FaultKind.Conflict && granted && world.Mutant is Mutant.CapOutsideCompareAndSet or Mutant.GateWithoutLock)
        {
            var written = await OverwriteAsync(silo, key, decisionId, attempts, rules, a.State);
            return written is null ? null : TicketOf(key, written, begun);
        }

        return granted ? TicketOf(key, a.State.Find(decisionId)!, begun) : null;
    });

    static Ticket TicketOf(string key, LiveDecision decision, long begun) =>
        new(decision.Id, key, decision.Channel, decision.Arm, decision.Attempts, decision.ExpiresAt.UnixMilliseconds, begun);

    // Planted: the loser of the compare-and-set writes its mark all the same, over what it now reads.
    async Task<LiveDecision?> OverwriteAsync(Silo silo, string key, string decisionId, int attempts, AgentRules rules, AgentState stale)
    {
        var row = (await world.Custody.ReadAsync(silo, key))!;
        var fresh = new Activation(key, 0, new Turn(world.Clock, silo.Life)) { State = AgentStateCodec.Unpack(row.Record), Version = row.Version, Loaded = true };
        if (world.Mutant == Mutant.CapOutsideCompareAndSet && (fresh.State.Find(decisionId) is not { Stage: DecisionStage.Scheduled } waiting || waiting.Attempts != attempts))
        {
            return null;
        }

        var consents = fresh.State.Consents;
        var sends = fresh.State.Sends;
        var blind = fresh.State with { Sends = stale.Sends, Consents = world.Mutant == Mutant.GateWithoutLock ? stale.Consents : consents };
        if (world.Mutant == Mutant.GateWithoutLock && stale.Find(decisionId) is { } was && blind.Find(decisionId) is { Stage: not (DecisionStage.Activated or DecisionStage.InFlight) } now)
        {
            blind = blind with { Decisions = blind.Decisions.Replace(now, was) };
        }

        var step = new AgentStep(blind, rules, silo.Now);
        if (!Handovers.Gate(step, decisionId).Granted)
        {
            return null;
        }

        step.State = step.State with { Consents = consents, Sends = [.. sends.Concat(step.State.Sends.Where(send => !sends.Contains(send))).OrderBy(send => send.At)] };
        await CommitAsync(silo, fresh, rules, world.Clock.Now, [step]);
        return fresh.State.Find(decisionId);
    }

    /// <summary>What the channel answered.</summary>
    public Task<bool> CompleteAsync(Silo from, Ticket ticket, ChannelAnswer answer, Instant? retryAt) => OnAsync(from.Life, from, ticket.Key, async (silo, a, rules) =>
    {
        if (a.Version == 0 && silo.MarkOf(ticket.Key) is not null)
        {
            world.Seen("answer of a channel about who was erased");
            return true;
        }

        var step = new AgentStep(a.State, rules, silo.Now);
        Handovers.Complete(step, ticket.DecisionId, answer, retryAt, answer.ToString(), null);
        await CommitAsync(silo, a, rules, world.Clock.Now, [step]);
        return true;
    });
}
