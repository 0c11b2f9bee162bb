using System.Collections.Immutable;
using Aampe.Agents.Core.Effects;
using Aampe.Agents.Core.Events;
using Aampe.Agents.Core.Posteriors;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Core.Agents;

/// <summary>
/// Option for events that come after an effect was learnt: the effect is measured again, and what it is now takes the place of what the posteriors took
/// (method §5, late events). The receipt stays the only one; the journal tells of the revision.
/// </summary>
public static class Revising
{
    /// <summary>Keeps an effect for revision, where its program asks for that.</summary>
    public static void Keep(AgentStep step, ProgramRules program, in RevisableEffect effect)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(program);
        if (program.Definition.Learning.ReviseDays > 0)
        {
            step.State = step.State with { Revisable = step.State.Revisable.Add(effect) };
        }
    }

    /// <summary>Marks the effects in whose windows events lie that have just come.</summary>
    public static void Mark(AgentStep step, IReadOnlyCollection<UserEvent> come)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(come);
        foreach (var one in step.State.Revisable)
        {
            if (!one.Late && Find(step, one) is var (_, program, at)
                && come.Any(e => e.At >= at - program.Effect.Window && e.At < at + program.Effect.Window))
            {
                step.State = step.State with { Revisable = step.State.Revisable.Replace(one, one with { Late = true }) };
            }
        }
    }

    /// <summary>Whether an effect waits to be measured again.</summary>
    public static bool IsDue(AgentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Revisable.Any(one => one.Late);
    }

    /// <summary>Measures again what is marked. An effect that can no longer be identified stays what it was.</summary>
    public static void ReviseDue(AgentStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.State = step.State with { Revisable = step.State.Revisable.RemoveAll(one => Find(step, one) is not var (_, program, _) || step.At > UntilOf(one, program)) };
        foreach (var one in step.State.Revisable.Where(one => one.Late))
        {
            var (decision, program, at) = Find(step, one)!.Value;
            var now = one with { Late = false };
            if (Settling.Measure(step, program, decision, at) is Effect.Identified effect)
            {
                now = now with { Success = Success.Of(effect, program.Effect), Effect = effect.Value };
                Learn(step, program, decision, at, one, now);
            }

            step.State = step.State with { Revisable = step.State.Revisable.Replace(one, now) };
        }
    }

    static void Learn(AgentStep step, ProgramRules program, LiveDecision decision, Instant at, RevisableEffect was, RevisableEffect now)
    {
        foreach (var credit in decision.Credits.Where(credit => program.LearnsEvidence(credit.Set)))
        {
            var key = new EvidenceKey(decision.Program, decision.Context, credit.Set, credit.Action);
            var halfLife = program.Set(credit.Set)?.ForgettingHalfLife;
            var evidence = step.State.Evidence.GetValueOrDefault(key).Revise(Observed(was), Observed(now), was.LearntAt, step.At, halfLife);
            step.State = step.State with { Evidence = step.State.Evidence.SetItem(key, evidence) };
        }

        var recent = step.State.RecentEffects;
        var place = recent.IndexOf(new RecentEffect(decision.Program, decision.Arm, decision.IsSend, at, was.Effect));
        step.State = step.State with { RecentEffects = place < 0 ? recent : recent.SetItem(place, recent[place] with { Value = now.Effect }) };
        step.Tell("effectRevised", step.At, ("decisionId", decision.Id), ("before", Json.Of(was.Effect)), ("deltaY", Json.Of(now.Effect)), ("success", Json.Of(now.Success)));
    }

    static ObservedEffect Observed(RevisableEffect one) => new(one.Success, one.Effect, one.Weight, one.LearntAt);

    static Instant UntilOf(RevisableEffect one, ProgramRules program) => one.LearntAt + TimeSpan.FromDays(program.Definition.Learning.ReviseDays);

    static (LiveDecision Decision, ProgramRules Program, Instant At)? Find(AgentStep step, RevisableEffect one) =>
        step.State.Find(one.Decision) is { } decision && step.Rules.Find(decision.Program) is { } program && Settling.InterventionOf(step.State, decision) is { } at
            ? (decision, program, at)
            : null;
}
