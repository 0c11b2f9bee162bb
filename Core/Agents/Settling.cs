using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Aampe.Agents.Core.Canonical;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Programs;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// From window to knowledge: an intervention's effect is measured once, when its window and the grace are over and the controls are
/// known that far; then the posteriors of the credited actions take it (method §5–§7). Every decision gets exactly one receipt (R21).
/// </summary>
public static class Settling
{
    /// <summary>How long an effect waits for a fold of its cohort before it is given up as NoWeights.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    /// <summary>How often a waiting effect looks for a newer fold.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromHours(1);

    /// <summary>When a decision's effect wants to be looked at; null when it has none to come.</summary>
    public static Instant? DueOf(AgentState state, LiveDecision decision, AgentRules rules, Instant now)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(rules);
        if (!IsTreated(decision) || InterventionOf(state, decision) is not { } at)
        {
            return null;
        }

        // A program that is gone has no weights: the effect is closed at the end of its patience.
        if (rules.Find(decision.Program) is not { } program)
        {
            return at + Patience;
        }

        var (previous, next) = Neighbours(state, decision, at);
        var matures = WindowLength.MaturesAt(at, previous, next, program.Effect);
        return matures > now || IsCovered(program, matures) ? matures : Instant.Min(now + Poll, Instant.Max(now, matures + Patience));
    }

    /// <summary>Settles every effect that is mature.</summary>
    public static void SettleDue(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        foreach (var decision in step.State.Decisions)
        {
            if (!IsTreated(decision) || InterventionOf(step.State, decision) is not { } at)
            {
                continue;
            }

            if (step.Rules.Find(decision.Program) is not { } program)
            {
                if (at + Patience <= step.At)
                {
                    Finish(step, decision, null, at, new Effect.NotIdentified(WhyNot.NoWeights));
                }

                continue;
            }

            var (previous, next) = Neighbours(step.State, decision, at);
            var matures = WindowLength.MaturesAt(at, previous, next, program.Effect);
            if (matures <= step.At && (IsCovered(program, matures) || matures + Patience <= step.At))
            {
                var effect = Measure(step, program, decision, at);
                if (effect is not Effect.NotIdentified { Why: WhyNot.WindowOpen })
                {
                    Finish(step, decision, program, at, effect);
                }
            }
        }
    }

    /// <summary>The receipt of a decision that never became an intervention.</summary>
    public static void NeverDelivered(AgentStep step, LiveDecision decision)
    {
        ArgumentNullException.ThrowIfNull(step);
        Finish(step, decision, step.Rules.Find(decision.Program), null, new Effect.NotIdentified(WhyNot.NotDelivered));
    }

    // While a channel is still being called nobody knows whether there is an intervention at all.
    static bool IsTreated(LiveDecision decision) =>
        !decision.Settled && decision.Stage is DecisionStage.Hold or DecisionStage.Activated or DecisionStage.Unknown;

    // Controls are read from a fold. It must be as late as the effect itself, grace included: a fold taken at the end of the window lacks the
    // controls' late events, not the treated user's, and every effect would come out too high (seen on the placebo: +0.05 nats).
    static bool IsCovered(ProgramRules program, Instant matures) => program.Cohort.AsOf >= matures;

    static (Instant? Previous, Instant? Next) Neighbours(AgentState state, LiveDecision decision, Instant at)
    {
        var times = Interventions(state, decision, at);
        var own = times.IndexOf(at);
        return (own > 0 ? times[own - 1] : null, own + 1 < times.Length ? times[own + 1] : null);
    }

    // t_int: the hand-over, or 1 ms after the user's own event that led to it, so that the trigger is in pre as it is for the controls.
    internal static Instant? InterventionOf(AgentState state, LiveDecision decision) =>
        decision.TreatedAt is { } at && decision.Trigger.Length > 0 && TriggerOf(state, decision, at) is { } trigger
            ? new Instant(trigger.UnixMilliseconds + 1)
            : decision.TreatedAt;

    static Instant? TriggerOf(AgentState state, LiveDecision decision, Instant treated)
    {
        var name = decision.Trigger;
        if (decision.TriggeredAt is { } planned)
        {
            foreach (ref readonly var e in state.History.Between(planned, new Instant(planned.UnixMilliseconds + 1)))
            {
                if (e.Type == name)
                {
                    return planned;
                }
            }

            return null;
        }

        var events = state.History.Between(treated - ControlGroup.TriggerReach, new Instant(treated.UnixMilliseconds + 1));
        for (var i = events.Length - 1; i >= 0; i--)
        {
            if (events[i].Type == name)
            {
                return events[i].At;
            }
        }

        return null;
    }

    internal static Effect Measure(AgentStep step, ProgramRules program, LiveDecision decision, Instant at)
    {
        var (state, trigger) = (step.State, decision.Trigger);
        var weights = program.Cohort.Weights;
        // A trigger that the host told of and the events do not show: the hour before cannot be compared with anybody's.
        var unseen = trigger.Length > 0 && TriggerOf(state, decision, decision.TreatedAt!.Value) is null;
        var treated = new TreatedUser(
            weights.Weigh(state.History.Events.AsSpan()),
            unseen ? Instant.Latest : Instant.Max(state.FirstSeen, state.History.CompleteSince),
            state.WithdrawnAt,
            Interventions(state, decision, at))
        {
            Hash = StableHash.Of(ControlRecord.NameOf(state)),
            FirstSeen = state.FirstSeen,
            Days = state.History.Days,
            CountedSince = state.FirstSeen,
            SendsSince = DeliveryFacts.SendsKnownSince(state.Sends, step.At),
        };
        var circumstances = new Circumstances
        {
            Watermark = step.At - program.Effect.Grace,
            Refused = decision is { Stage: DecisionStage.Unknown, Delivery: "" },
            IngestGaps = step.Rules.Outages,
        };
        var pools = program.Cohort.Strata(at, CohortSnapshot.LifecycleAt(state, at), trigger, ControlRecord.MarketOf(state, program.Definition.Learning.Market));
        var options = trigger.Length > 0 ? program.Effect with { Surface = Surface.Triggered } : program.Effect;
        return Effect.MeasureNearest(at, treated, pools, program.Cohort.StratumVariance, options, weights.Version, circumstances);
    }

    // Two sends in one millisecond are two interventions; a hold is listed beside them, since overlap looks at sends only.
    static ImmutableArray<Instant> Interventions(AgentState state, LiveDecision decision, Instant at)
    {
        var times = ImmutableArray.CreateBuilder<Instant>(state.Sends.Length + 1);
        var listed = false;
        foreach (var send in state.Sends)
        {
            if (send.ProgramId.Length == 0)
            {
                continue;
            }

            var own = !listed && decision.IsSend && send.At == decision.TreatedAt && send.ProgramId == decision.Program;
            times.Add(own ? at : send.At);
            listed |= own;
        }

        if (!listed)
        {
            times.Add(at);
        }

        times.Sort();
        return times.ToImmutable();
    }

    static void Finish(AgentStep step, LiveDecision decision, ProgramRules? program, Instant? at, Effect effect)
    {
        var credited = new JsonArray();
        double? success = null;
        if (effect is Effect.Identified identified && program is not null)
        {
            success = Success.Of(identified, program.Effect);
            var weight = program.Definition.Learning.Credit == CreditRule.Shared ? 1.0 / Math.Max(1, decision.Credits.Length) : 1;
            foreach (var credit in decision.Credits.Where(credit => program.LearnsEvidence(credit.Set)))
            {
                credited.Add(Learn(step, program, decision, credit, new ObservedEffect(success, identified.Value, weight, step.At)));
            }

            Remember(step, decision, at!.Value, identified.Value);
            Revising.Keep(step, program, new RevisableEffect(decision.Id, success, identified.Value, weight, step.At, false));
        }

        var receipt = Receipts.Write(step, decision, program, at, effect, success, credited);
        step.Final(new FinalEffect(decision.Id, decision.Program, step.At, CanonicalJson.Serialize(receipt)));
        step.Tell(
            "effect",
            step.At,
            ("decisionId", decision.Id),
            ("state", receipt["state"]!.DeepClone()),
            ("deltaY", receipt["deltaY"]?.DeepClone()),
            ("standardError", receipt["standardError"]?.DeepClone()),
            ("success", Json.Of(success)),
            ("reason", receipt["reason"]?.DeepClone()));
        step.Change(step.State.Find(decision.Id)! with { Settled = true });
        step.State = step.State with
        {
            Counters = effect is Effect.Identified
                ? step.State.Counters with { Effects = step.State.Counters.Effects + 1 }
                : step.State.Counters with { NotIdentified = step.State.Counters.NotIdentified + 1 },
        };
    }

    static JsonObject Learn(AgentStep step, ProgramRules program, LiveDecision decision, Credit credit, ObservedEffect effect)
    {
        var key = new EvidenceKey(decision.Program, decision.Context, credit.Set, credit.Action);
        var halfLife = program.Set(credit.Set)?.ForgettingHalfLife;
        var before = step.State.Evidence.GetValueOrDefault(key).DecayedTo(step.At, halfLife);
        var after = before.Add(effect.Success, effect.Effect, effect.Weight, effect.At, halfLife);
        step.State = step.State with { Evidence = step.State.Evidence.SetItem(key, after) };
        return new JsonObject
        {
            ["set"] = credit.Set,
            ["action"] = credit.Action,
            ["before"] = Evident(program.Definition.Learning.Posterior, before),
            ["after"] = Evident(program.Definition.Learning.Posterior, after),
        };
    }

    static JsonArray Evident(PosteriorKind kind, Evidence evidence) => kind == PosteriorKind.Beta
        ? [evidence.Successes, evidence.Failures]
        : [evidence.Count, evidence.MeanEffect, evidence.SquaredDeviations];

    static void Remember(AgentStep step, LiveDecision decision, Instant at, double value)
    {
        var effects = step.State.RecentEffects;
        if (effects.Length == AgentState.RecentEffectsKept)
        {
            effects = effects.RemoveAt(0);
        }

        step.State = step.State with { RecentEffects = effects.Add(new RecentEffect(decision.Program, decision.Arm, decision.IsSend, at, value)) };
    }
}
