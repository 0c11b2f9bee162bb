using System.Collections.Immutable;
using Aampe.Agents.Core.Agents;
using Aampe.Agents.Core.Guarding;
using Aampe.Agents.Core.Time;

namespace Aampe.Agents.Sim.Shells;

/// <summary>Bends what Core sees in a step, for planted bugs, and puts it straight again afterwards: Core itself has no switch.</summary>
internal sealed class Bent
{
    readonly Func<AgentState, AgentState> straighten;

    Bent(AgentStep step, Func<AgentState, AgentState> straighten) => (Step, this.straighten) = (step, straighten);

    public AgentStep Step { get; }

    /// <summary>A step that speaks: a decision, a question, a gate.</summary>
    public static Bent Begin(Mutant mutant, AgentState state, AgentRules rules, Instant at, string? gated)
    {
        var own = state.Zone;
        switch (mutant)
        {
            case Mutant.QuietInServerZone:
                return new Bent(
                    new AgentStep(state with { Zone = new UserZone("UTC", "event", Instant.Earliest, null) }, rules, at),
                    after => after with { Zone = own });
            case Mutant.LocalDayByUtc:
                var day = Instant.Max(at, state.ActedAt).UtcDay;
                return Without(state, rules, at, send => send.At.UtcDay != day);
            case Mutant.GateIgnoresCaps when gated is not null:
                return Without(state, rules, at, send => state.Find(gated)?.TreatedAt != send.At);
            case Mutant.SentAfterExpiry when gated is not null && state.Find(gated) is { } decision:
                return new Bent(
                    new AgentStep(With(state, gated, Instant.Latest), rules, at),
                    after => With(after, gated, decision.ExpiresAt));
            default:
                return new Bent(new AgentStep(state, rules, at), after => after);
        }
    }

    /// <summary>Puts straight what was bent.</summary>
    public AgentStep End()
    {
        Step.State = straighten(Step.State);
        return Step;
    }

    static AgentState With(AgentState state, string decision, Instant expires)
    {
        for (var i = 0; i < state.Decisions.Length; i++)
        {
            if (state.Decisions[i].Id == decision)
            {
                return state with { Decisions = state.Decisions.SetItem(i, state.Decisions[i] with { ExpiresAt = expires }) };
            }
        }

        return state;
    }

    static Bent Without(AgentState state, AgentRules rules, Instant at, Predicate<SentRecord> hidden)
    {
        var away = state.Sends.Where(send => hidden(send)).ToImmutableArray();
        return new Bent(
            new AgentStep(state with { Sends = state.Sends.RemoveAll(hidden) }, rules, at),
            after => after with { Sends = [.. after.Sends.Concat(away).OrderBy(send => send.At)] });
    }
}
