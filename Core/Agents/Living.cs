using System.Text.Json.Nodes;
using Aampe.Agents.Core.Agents.Joint;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Programs;

namespace Aampe.Agents.Core.Agents;

/// <summary>The answer to a question for the next message.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Replayed">It was open already.</param>
public sealed record Answer(LiveDecision Decision, bool Replayed);

/// <summary>What an agent does: on its own time, and when it is asked.</summary>
public static class Living
{
    /// <summary>How long an idempotency key is remembered.</summary>
    public static readonly TimeSpan KeysKept = TimeSpan.FromHours(24);

    /// <summary>Does everything that is due at the moment of the step: effects first, so that a decision knows them; then expiry; then contacts.</summary>
    public static void Advance(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Settling.SettleDue(step);
        Revising.ReviseDue(step);
        DailyRows.Learn(step);
        Handovers.Expire(step);
        Tick(step);
        Tidy(step);
        Scheduling.EnsurePlanned(step);
    }

    /// <summary>Decides for a backend that asks, or gives the decision that is already open.</summary>
    /// <returns>Null when no live program may be asked.</returns>
    public static Answer? Ask(AgentStep step, Question question)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(question);
        Handovers.Expire(step);
        Tidy(step);
        if (Standing(step, question) is { } open)
        {
            return new Answer(open, true);
        }

        LiveDecision? last = null, watched = null;
        foreach (var program in step.Rules.Programs)
        {
            if ((question.Program.Length > 0 && question.Program != program.Definition.Id) || program.Definition.State != ProgramState.Live)
            {
                continue;
            }

            // A program that only watches answers nobody else's question, and takes nobody's place.
            if (program.Definition.Mode == ProgramMode.Shadow)
            {
                watched = Watched(step, program, question) ?? Watch(step, program, question);
                continue;
            }

            last = Deciding.Decide(step, program, question);
            if (last.IsSend)
            {
                break;
            }
        }


        if (last is { IsSend: true, Arm: Arms.Rules })
        {
            MoveRulesOn(step, last);
        }

        last ??= watched;
        return last is null ? null : new Answer(last, false);
    }

    /// <summary>Remembers that a key led to a decision.</summary>
    public static void Remember(AgentStep step, string key, string bodyHash, string decisionId)
    {
        ArgumentNullException.ThrowIfNull(step);
        var kept = step.State.Idempotent.RemoveAll(use => use.At < step.At - KeysKept);
        step.State = step.State with { Idempotent = kept.Add(new IdempotentUse(key, bodyHash, decisionId, step.At)) };
    }

    // A decision that waits for its activation answers every question that allows it.
    static LiveDecision? Standing(AgentStep step, Question question)
    {
        LiveDecision? hold = null;
        foreach (var decision in step.State.Decisions)
        {
            if (decision.ExpiresAt <= step.At || (question.Program.Length == 0 && step.Rules.Find(decision.Program) is { Definition.Mode: ProgramMode.Shadow }))
            {
                continue;
            }

            var same = decision.Filter == question.Filter
                || (decision.IsByPlan && Allows(question, decision));
            if (same && decision.Stage == DecisionStage.Open)
            {
                return decision;
            }

            if (decision.Filter == question.Filter && decision.Stage == DecisionStage.Hold)
            {
                hold = decision;
            }
        }

        return hold;
    }

    // What a watching program decided already for the same question, while that would be open.
    static LiveDecision? Watched(AgentStep step, ProgramRules program, Question question) => step.State.Decisions.LastOrDefault(decision =>
        decision.Program == program.Definition.Id && decision.Filter == question.Filter && decision.ExpiresAt > step.At && decision.Stage is DecisionStage.Open or DecisionStage.Hold);

    static LiveDecision Watch(AgentStep step, ProgramRules program, Question question)
    {
        var decision = Deciding.Decide(step, program, question);
        if (decision is { IsSend: true, Arm: Arms.Rules })
        {
            MoveRulesOn(step, decision);
        }

        return decision;
    }

    static bool Allows(Question question, LiveDecision decision) =>
        (question.Program.Length == 0 || question.Program == decision.Program)
        && (question.Channels.Length == 0 || question.Channels.Contains(decision.Channel));

    static void Tick(AgentStep step)
    {
        if (step.State.MergedInto.Length > 0)
        {
            return;
        }

        var spoken = false;
        foreach (var program in step.Rules.Programs)
        {
            var id = program.Definition.Id;
            if (step.State.Standings.GetValueOrDefault(id) is not { NextContact: { } due } standing || due > step.At)
            {
                continue;
            }

            // A program that was paused, or answers an event that did not come: what was planned before it changed is off.
            if (program.Definition.State != ProgramState.Live || (program.Definition.Trigger.Length > 0 && standing.TriggeredAt is null))
            {
                step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { NextContact = null, Slot = "", Gap = "", TriggeredAt = null }) };
                continue;
            }

            var outranked = spoken ? new JsonArray(Handovers.Reason(HoldReason.Outranked)) : null;
            var question = program.Definition.Trigger.Length > 0
                ? new Question { Trigger = "event", Event = program.Definition.Trigger, TriggeredAt = standing.TriggeredAt }
                : new Question { Trigger = "tick" };
            var decision = Deciding.Decide(step, program, question, outranked, out var reasons);
            if (decision.IsSend && program.Definition.Mode == ProgramMode.Shadow)
            {
                Handovers.Hold(step, decision, step.At, [Handovers.Reason(HoldReason.Shadow)]);
                if (decision.Arm == Arms.Rules)
                {
                    MoveRulesOn(step, decision);
                }
            }
            else if (decision.IsSend)
            {
                spoken = true;
                Launch(step, decision);
            }
            else if (Deferring.Until(step, program, reasons, program.Channels, due) is { } open)
            {
                standing = step.State.Standings[id];
                step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { NextContact = open }) };
                step.Tell("planned", step.At, ("programId", id), ("decisionId", decision.Id), ("next", new JsonObject { ["at"] = open.ToString(), ["deferredFrom"] = due.ToString() }));
                continue;
            }

            if (program.Definition.Trigger.Length > 0)
            {
                Scheduling.Answered(step, program);
                continue;
            }

            var plan = Scheduling.Plan(step, program, standing, decision.Id);
            standing = step.State.Standings.GetValueOrDefault(id) ?? standing;
            step.State = step.State with { Standings = step.State.Standings.SetItem(id, standing with { NextContact = plan.At, Slot = plan.Slot, Gap = plan.Gap, TriggeredAt = null }) };
            step.Tell("planned", step.At, ("programId", id), ("decisionId", decision.Id), ("next", plan.Record));
        }
    }

    // In-app cards wait for the app to ask; every other channel is called by the silo.
    static void Launch(AgentStep step, LiveDecision decision)
    {
        if (decision.Channel != "in_app")
        {
            step.Change(decision with { Stage = DecisionStage.Scheduled });
            step.Want(new OutboxChange(decision.Id, decision.Channel, step.At, false, 0));
        }

        if (decision.Arm == Arms.Rules)
        {
            MoveRulesOn(step, decision);
        }
    }

    static void MoveRulesOn(AgentStep step, LiveDecision decision)
    {
        var messages = step.Rules.Find(decision.Program)?.Definition.Rules?.Messages ?? [];
        var standing = step.State.Standings.GetValueOrDefault(decision.Program) ?? new ProgramStanding { Since = step.At };
        var next = messages.IndexOf(decision.Message) + 1;
        step.State = step.State with { Standings = step.State.Standings.SetItem(decision.Program, standing with { RulesNext = messages.Length == 0 ? 0 : next % messages.Length }) };
    }

    // What is over and measured leaves the record; the journal and the store keep it.
    static void Tidy(AgentStep step)
    {
        var kept = step.State.Decisions.RemoveAll(decision => decision.Settled
            && decision.ExpiresAt <= step.At
            && !step.State.Revisable.Any(one => one.Decision == decision.Id)
            && decision.Stage is not (DecisionStage.Open or DecisionStage.Scheduled or DecisionStage.InFlight));
        if (kept.Length != step.State.Decisions.Length)
        {
            step.State = step.State with { Decisions = kept };
        }
    }
}
